import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import type { Attempt } from '../../src/domain/ledger/attempt.ts'
import type { Gateway } from '../../src/ports.ts'
import { ended, NOON_MS, usage } from '../support/attempts.ts'
import { ledgerScript } from '../support/ledger-script.ts'
import { ledgerState, type LedgerState } from '../support/ledger-state.ts'
import { run } from '../support/run.ts'

interface Shown {
  readonly key: string
  readonly usd: string | null
}

const HOUR_MS = 3_600_000
const CENT = 10_000_000_000n

let ledger: LedgerState
beforeEach(() => {
  ledger = ledgerState()
})
afterEach(() => ledger.remove())

const keep = async (...attempts: readonly Attempt[]) => await ledger.keep(...attempts)
const spent = async (line = '', isTty = false) =>
  await ledger.costs(`spent --timezone UTC ${line}`, isTty)

const daysAgo = (days: number) => NOON_MS - HOUR_MS - days * 24 * HOUR_MS

const WEEK: readonly Attempt[] = [
  ended('a', { picoUsd: 300n * CENT, startedAtMs: daysAgo(0) }),
  ended('b', { picoUsd: 100n * CENT, startedAtMs: daysAgo(3), session: 'night', profile: 'free' }),
  ended('c', {
    startedAtMs: daysAgo(3),
    model: 'mystery-1',
    picoUsd: null,
    project: '/home/me/other',
  }),
  ended('d', {
    startedAtMs: daysAgo(1),
    model: 'llama3.2',
    provider: 'ollama',
    modelAsked: 'haiku',
    movedBy: 'failover',
    hop: 1,
    picoUsd: 0n,
    usage: usage(1_000_000, 0),
  }),
  // It was asked in vain, and saves nothing.
  ended('e', {
    startedAtMs: daysAgo(0),
    movedBy: 'failover',
    outcome: 'refused',
    usage: usage(0, 0),
    picoUsd: 0n,
  }),
  ended('old', { picoUsd: 10_000n * CENT, startedAtMs: daysAgo(9) }),
]

test('a terminal gets the course, a row a model, the total, what is unknown and what was saved', async () => {
  await keep(...WEEK)
  expect((await spent('', true)).stdout).toMatchInlineSnapshot(`
    "2026-11-19 ▃▁▁█ 2026-11-22

    model             requests  input  cached  output      cost
    claude-haiku-5-5         3    200     0 %      40     $4.00
    llama3.2                 1     1M     0 %       0        $0
    mystery-1                1    100     0 %      20   unknown
    total                    5     1M     0 %      60  $4.00 +?

    prices from the catalogue of 2026-11-22
    of unknown price, and in no amount: mystery-1 (1)
    1 request without an answer
    failover saved $0.50 on 1 request
    "
  `)
})

test('a pipe gets the rows alone, and the rest goes to stderr', async () => {
  await keep(...WEEK)
  const { code, stdout, stderr } = await spent('--by session')
  expect({ code, stdout }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stdout": "budget	4	1M	0 %	40	$3.00 +?
    night	1	100	0 %	20	$1.00
    ",
    }
  `)
  expect(stderr).toContain('of unknown price, and in no amount: mystery-1 (1)')
})

test.each([
  ['--by session', ['budget 3.00', 'night 1.00']],
  ['--by profile', ['budget 3.00', 'free 1.00']],
  ['--by project', ['/home/me/project 4.00', '/home/me/other null']],
  ['--by day', ['2026-11-19 1.00', '2026-11-21 0.00', '2026-11-22 3.00']],
  ['--by hour --since 26h', ['2026-11-21T11:00 0.00', '2026-11-22T11:00 3.00']],
  ['--since 2026-11-01', ['claude-haiku-5-5 104.00', 'llama3.2 0.00', 'mystery-1 null']],
  ['--since 2026-11-19 --until 2026-11-19', ['claude-haiku-5-5 1.00', 'mystery-1 null']],
  ['--session night', ['claude-haiku-5-5 1.00']],
  ['--profile free', ['claude-haiku-5-5 1.00']],
  ['--model haiku', ['claude-haiku-5-5 4.00']],
  ['--model mystery-1', ['mystery-1 null']],
  ['--project ../other/', ['mystery-1 null']],
  ['--session nobody', []],
])('%s', async (line, expected) => {
  await keep(...WEEK)
  const { rows } = JSON.parse((await spent(`${line} --json`)).stdout)
  expect(rows.map(({ key, usd }: Shown) => `${key} ${usd}`)).toEqual(expected)
})

test.each(['claude-haiku-4-5', 'claude-haiku-4-5-20251001', 'haiku-4.5'])(
  'a model is found by each of its names: %s',
  async (name) => {
    const ids = ['claude-haiku-4-5', 'claude-haiku-4-5-20251001']
    const place = { startedAtMs: daysAgo(0), picoUsd: CENT }
    await keep(...WEEK, ...ids.map((model) => ended(model, { ...place, model })))
    const { rows } = JSON.parse((await spent(`--model ${name} --json`)).stdout)
    expect(rows.map(({ key }: Shown) => key)).toEqual(ids)
  },
)

test('a day is that of the time zone', async () => {
  await keep(ended('a', { startedAtMs: Date.UTC(2026, 10, 20, 23, 30) }))
  const { rows, since } = JSON.parse(
    (await spent('--by day --json --timezone Europe/Berlin')).stdout,
  )
  expect(rows).toMatchObject([{ key: '2026-11-21' }])
  expect(since).toBe('2026-11-15T23:00:00.000Z')
})

test('a gateway that runs brings in what it has at hand first', async () => {
  const writing = openLedger({
    state: ledger.folder,
    url: null,
    retentionDays: null,
    script: ledgerScript(),
    timeZone: 'UTC',
    onWarning: () => {},
  })
  let asked = 0
  const flush = async () => {
    asked++
    void writing.end(ended('late', { picoUsd: CENT, startedAtMs: daysAgo(0) }))
    return await writing.flush()
  }
  // It offers the reports nothing else.
  const openGateway = async () => ({ flush }) as Gateway
  try {
    void writing.end(ended('early', { picoUsd: CENT, startedAtMs: daysAgo(0) }))
    const { stdout } = await ledger.costs('spent --timezone UTC --json', false, { openGateway })
    expect(JSON.parse(stdout)).toMatchObject({
      total: { requests: 2, usd: '0.02' },
      behind: false,
    })
    expect(asked).toBe(1)
    // It is slow, or cannot write.
    const late = async () => ({ flush: async () => false }) as Gateway
    for (const line of ['spent --json', 'what-if haiku --json']) {
      const ran = await ledger.costs(line, false, { openGateway: late })
      expect(JSON.parse(ran.stdout).behind).toBe(true)
      expect(ran.stderr).toContain('is not in the ledger yet, and may be missing here')
    }
  } finally {
    await writing.close()
  }
})

test('with no ledger yet it says how to get one, makes none, and the JSON has its shape', async () => {
  const keysOf = async () => Object.keys(JSON.parse((await spent('--json')).stdout))
  const empty = await keysOf()
  expect(await spent('')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('llmsel costs import'),
  })
  await keep(...WEEK)
  expect(await keysOf()).toEqual(empty)
  expect((await spent('--since 2026-11-21 --until 2026-11-21 --profile free')).stderr).toBe(
    'no request in this period fits\n',
  )
})

test('--csv is what a spreadsheet reads', async () => {
  await keep(...WEEK)
  const [head, first] = (await spent('--csv')).stdout.split('\n')
  expect(head).toMatch(/^model,usd,includedUsd,requests,/)
  expect(first).toMatch(/^claude-haiku-5-5,4\.00,0\.00,3,/)
})

test.each([
  ['--since nonsense', '--since: "nonsense" is no time'],
  ['--timezone Mars', '--timezone: "Mars" is no time zone'],
  ['--by colour', 'Allowed choices are'],
  ['--json --csv', 'cannot be used with'],
  ['extra', 'too many arguments'],
])('%s is refused by name', async (line, message) => {
  const { code, stdout, stderr } = await spent(line)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('a verb that is none is refused, and the help of costs has them all', async () => {
  expect(await run('costs spnt')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unknown command'),
  })
  expect((await run('costs --help')).stdout).toMatch(/--input <tokens>[\s\S]*spent/)
})

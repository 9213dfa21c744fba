import { expect, test } from 'vitest'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import type { CircuitReport } from '../../src/domain/failover/report.ts'
import type { Context, Gateway, GatewayGlance, SessionPorts } from '../../src/ports.ts'
import { ended } from '../support/attempts.ts'
import { ledgerState } from '../support/ledger-state.ts'
import { memoryConfig, run } from '../support/run.ts'

/** Only what `llmsel` alone asks of them. */
function around(gateway: GatewayGlance | null, runs: readonly string[] = []): Partial<Context> {
  const folders = { runs: () => runs.map((name) => ({ name, id: '', folder: '' })) }
  return {
    openGateway: async () => ({ glance: async () => gateway }) as Gateway,
    openSessions: async () => ({ folders }) as unknown as SessionPorts,
  }
}

function onTerminal(columns = 80): Pick<Context, 'streams'> {
  return { streams: { isTty: true, columns } as Context['streams'] }
}

function circuit(target: string, state: CircuitReport['state']): CircuitReport {
  return {
    target,
    state,
    since: '2026-11-22T12:00:00.000Z',
    reason: state === 'closed' ? null : 'rate limited',
    failures: 0,
    nextProbe: state === 'open' ? '2026-11-22T12:00:30.000Z' : null,
    lastOutcome: null,
    lastAt: null,
  }
}

const BUDGET = (await run('env budget --format json')).stdout
const APPLIED: Readonly<Record<string, string>> = JSON.parse(BUDGET).set

test('a machine on which nothing is set up', async () => {
  const { code, stdout, stderr } = await run([], { ...around(null), ...onTerminal() })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`model     claude-sonnet-5-5 (claude), for a new session; llmsel set none here
profile   premium (built-in)
session   none
circuits  gateway not running

llmsel setup                             the first steps, asked one by one
llmsel session new budget --run COMMAND  a worker in a session of its own
eval "$(llmsel env premium)"             its model in this shell
`)
})

test('a session that has drifted, with an open circuit', async () => {
  const env = {
    ...APPLIED,
    CLAUDE_MODEL: 'claude-opus-5-5',
    LLM_DEFAULT_PROVIDER: 'openai',
    LLMSEL_ORIGIN: 'session crawler',
    LLMSEL_SESSION: 'crawler',
  }
  const gateway = {
    url: 'http://127.0.0.1:4747',
    circuits: [
      circuit('claude/claude-haiku-5-5#k1', 'open'),
      circuit('ollama/llama3.2#none', 'closed'),
    ],
  }
  const { stdout } = await run([], { env, ...around(gateway, ['crawler']), ...onTerminal() })
  expect(stdout).toBe(`model     claude-haiku-5-5 (claude)
profile   budget (tmux session crawler)
drift     CLAUDE_MODEL and 1 more are not what the profile says
session   crawler
circuits  1 of 2 closed
          claude/claude-haiku-5-5 open: rate limited, asked again at 12:00:30
          UTC
gateway   http://127.0.0.1:4747

llmsel failover      what is asked instead, and until when
llmsel which         what has changed it in this shell
llmsel session list  what runs, and what became of the rest
`)
})

test('what is set by hand is said, where llmsel applied nothing', async () => {
  const env = { CLAUDE_MODEL: 'claude-opus-5-5', LLM_MODEL: 'x', ANTHROPIC_API_KEY: 'secret' }
  const { stdout } = await run([], { env, ...around(null), ...onTerminal() })
  expect(stdout).toContain(
    'by hand   CLAUDE_MODEL=claude-opus-5-5\n          LLM_MODEL=x\nsession   none\n',
  )
  expect(stdout).not.toContain('secret')
})

test.each([
  [[], 'no model was asked yet'],
  [[circuit('a/b#c', 'closed')], '1 of 1 closed'],
  [null, 'unknown, it does not say; see: llmsel gateway status'],
])('circuits %j: %s', async (circuits, text) => {
  const gateway = { url: 'http://127.0.0.1:4747', circuits }
  const { stdout } = await run([], { ...around(gateway), ...onTerminal() })
  expect(stdout).toContain(`circuits  ${text}\n`)
})

test('no line is longer than a terminal of 80 columns, whatever the names and the circuits', async () => {
  const long = `${'a'.repeat(30)}:${'b'.repeat(30)}`
  const config = memoryConfig({ default: 'n', profiles: { n: { model: long } } })
  const open = Array.from({ length: 9 }, (_, i) => circuit(`ollama/${long}${i}#none`, 'open'))
  const gateway = { url: 'http://127.0.0.1:4747', circuits: open }
  const { stdout } = await run([], { config, ...around(gateway), ...onTerminal() })
  expect(stdout).toContain('and 5 more\n')
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  const narrow = await run([], { config, ...around(null), ...onTerminal(50) })
  expect(narrow.stdout).toContain(
    'llmsel session new budget --run COMMAND\n  a worker in a session of its own\n',
  )
})

test('--json is the same as one document, of one shape, on a terminal or not', async () => {
  const { code, stdout, stderr } = await run('--json', around(null))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { next, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({
    active: false,
    profile: 'premium',
    model: 'claude-sonnet-5-5',
    provider: 'claude',
    meansNow: null,
    from: { kind: 'built-in' },
    drift: [],
    byHand: [],
    session: null,
    today: null,
    gateway: null,
  })
  expect(next[0]).toEqual({ command: 'llmsel setup', why: 'the first steps, asked one by one' })
  expect((await run('--json', { ...around(null), ...onTerminal() })).stdout).toBe(stdout)
})

test('a default that names nothing is said, and is no failure', async () => {
  const config = memoryConfig({ default: 'gone' })
  const { code, stdout } = await run([], { config, ...around(null), ...onTerminal() })
  expect(code).toBe(0)
  expect(stdout).toContain('model     unknown: nobody knows what gone names\n')
})

test('without a terminal it is the help, as for any usage error', async () => {
  const { code, stdout, stderr } = await run([])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Usage: llmsel [options] [command]')
})

test('what was spent today, where a ledger has it', async () => {
  const ledger = ledgerState()
  try {
    const startedAtMs = Date.parse('2026-11-22T11:00:00Z')
    await ledger.keep(ended('a', { startedAtMs, picoUsd: 1_520_000_000_000n }))
    const ports = {
      ...around(null),
      ledgerFacts: async () => ({
        place: 'x',
        state: 'fine' as const,
        problem: null,
        waitingBytes: 0,
      }),
      openLedger: async () => await openLedgerReader({ state: ledger.folder, url: null }),
    }
    const { stdout } = await run([], { ...ports, ...onTerminal() })
    expect(stdout).toContain('today     $1.52, 1 request; more: llmsel costs spent --since today\n')
    expect(JSON.parse((await run('--json', ports)).stdout).today).toEqual({
      usd: '1.52',
      includedUsd: '0.00',
      requests: 1,
    })
    const far = memoryConfig({ ledger: { url: 'postgresql://db.example/llmsel' } })
    expect(JSON.parse((await run('--json', { ...ports, config: far })).stdout).today).toBeNull()
  } finally {
    ledger.remove()
  }
})

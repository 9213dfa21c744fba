import { expect, test } from 'vitest'
import { NO_USAGE } from '../../src/domain/costs/counts.ts'
import { createCatalogue } from '../../src/domain/models/catalogue.ts'
import { spentTable, type SpentBy, type SpentSum } from '../../src/domain/reports/spent.ts'
import { whatIf } from '../../src/domain/reports/what-if.ts'
import { sparkline } from '../../src/ui/sparkline.ts'
import { spentCourse, spentNotes, spentView } from '../../src/ui/spent.ts'
import { usdOfPico } from '../../src/ui/money.ts'
import { drawTable } from '../../src/ui/terminal-table.ts'
import { aboutTokens } from '../../src/ui/tokens.ts'
import { whatIfNotes, whatIfTable } from '../../src/ui/what-if.ts'

const MILLI = 1_000_000_000n
const TERMINAL = { color: false, columns: 80 }

interface Given {
  readonly model: string
  readonly day?: string
  readonly session?: string
  readonly kind?: 'api' | 'included'
  readonly mark?: 'estimated'
  readonly attempts?: number
  readonly unpriced?: number
  readonly input?: number
  readonly cacheRead?: number
  readonly output?: number
  readonly milliUsd?: number
}

function sum({ model, day, session, kind, mark, milliUsd, ...totals }: Given): SpentSum {
  const none = { failed: 0, unmetered: 0, unpriced: 0, attempts: 1 }
  return {
    period: day ?? '2026-11-20',
    dimensions: {
      model,
      session: session ?? null,
      profile: null,
      project: null,
      kind: kind ?? 'api',
    },
    mark: mark ?? 'final',
    totals: { ...NO_USAGE, ...none, ...totals, picoUsd: BigInt(milliUsd ?? 0) * MILLI },
  }
}

const SUMS = [
  sum({
    model: 'claude-sonnet-5-5',
    session: 'premium',
    attempts: 1204,
    input: 1_100_000,
    cacheRead: 11_200_000,
    output: 1_240_000,
    milliUsd: 18_204,
  }),
  sum({
    model: 'claude-haiku-5-5',
    session: 'a-session-with-a-name-that-is-far-too-long-to-show',
    day: '2026-11-22',
    attempts: 96,
    input: 34_512,
    output: 999,
    milliUsd: 3,
  }),
  sum({ model: 'mystery-1', attempts: 2, unpriced: 2, input: 950, output: 5, mark: 'estimated' }),
]

const tableOf = (sums: readonly SpentSum[], by: SpentBy) => spentTable(sums, { by, split: null })

const NO_SAVING = { picoUsd: 0n, requests: 0, unknown: 0 }

test('a table of what was spent', () => {
  const view = spentView(tableOf(SUMS, 'model'), true)
  expect(drawTable(view, TERMINAL)).toMatchInlineSnapshot(`
    "model              requests  input  cached  output       cost
    claude-sonnet-5-5      1204  12.3M    91 %    1.2M     $18.20
    claude-haiku-5-5         96  34.5k     0 %     999     $0.003
    mystery-1                 2    950     0 %       5    unknown
    total                  1302  12.3M    90 %    1.2M  $18.21 +?
    "
  `)
})

test('what a subscription paid has a column of its own', () => {
  const sums = [...SUMS, sum({ model: 'claude-opus-5-5', kind: 'included', milliUsd: 40_000 })]
  expect(drawTable(spentView(tableOf(sums, 'session'), true), TERMINAL)).toMatchInlineSnapshot(`
    "session                         requests  input  output  included       cost
    premium                             1204  12.3M    1.2M        $0     $18.20
    …-that-is-far-too-long-to-show        96  34.5k     999        $0     $0.003
    -                                      3    950       5    $40.00    unknown
    total                               1303  12.3M    1.2M    $40.00  $18.21 +?
    "
  `)
})

test('no table is wider than 80, whatever the figures and names', () => {
  const wide = 9e12
  const sums = ['x'.repeat(200), 'y'].map((model) => ({
    ...sum({ model, kind: model === 'y' ? 'included' : 'api', attempts: 999_999, milliUsd: 1e9 }),
  }))
  const huge = sums.map((each) => ({
    ...each,
    totals: { ...each.totals, input: wide, cacheRead: wide, output: wide, unpriced: 1 },
  }))
  const lines = drawTable(spentView(tableOf(huge, 'model'), true), TERMINAL).split('\n')
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
})

test('a pipe gets whole names and no total', () => {
  const { rows } = spentView(tableOf(SUMS, 'session'), false)
  expect(rows.map(([key]) => key)).toEqual([
    'premium',
    'a-session-with-a-name-that-is-far-too-long-to-show',
    '-',
  ])
})

test('a name cannot steer the terminal', () => {
  const { rows } = spentView(tableOf([sum({ model: 'a\u001b[31mb' })], 'model'), true)
  expect(rows[0]?.[0]).toBe('a\ufffd[31mb')
})

test('the course of the cost is drawn where there is one', () => {
  expect(spentCourse(tableOf(SUMS, 'model'))).toBe('2026-11-20 █▁▁ 2026-11-22\n')
  expect(spentCourse(tableOf([], 'model'))).toBe('')
  expect(spentCourse(tableOf(SUMS.slice(0, 1), 'model'))).toBe('')
})

test('what is not known is said, and what was saved', () => {
  const saved = {
    failover: { picoUsd: 4_200n * MILLI, requests: 12, unknown: 1 },
    limit: { picoUsd: -5n * MILLI, requests: 1, unknown: 0 },
  }
  expect(spentNotes({ table: tableOf(SUMS, 'model'), saved, refreshDate: null })).toBe(
    [
      'prices from the catalogue of 2026-11-22',
      'of unknown price, and in no amount: mystery-1 (2)',
      '2 requests counted in part or estimated',
      'failover saved $4.20 on 12 requests, of 1 of them the amount is unknown',
      'limits cost $0.005 on 1 request',
      '',
    ].join('\n'),
  )
  const none = { failover: NO_SAVING, limit: NO_SAVING }
  expect(spentNotes({ table: tableOf([], 'model'), saved: none, refreshDate: '2026-12-01' })).toBe(
    'prices from the catalogue of 2026-11-22, refreshed on 2026-12-01\n',
  )
})

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })

test('the same work elsewhere is a row a model, with what cannot be known below', () => {
  const results = ['claude-haiku-5-5', 'gpt-4-turbo'].map((id) => {
    const target = catalogue.byId.get(id)
    if (target === undefined) throw new Error(id)
    const counter = whatIf(target, (name) => catalogue.byId.get(name) ?? null)
    const usage = { ...NO_USAGE, input: 10_000, cacheRead: 50_000, output: 1000 }
    const model = 'claude-sonnet-5-5'
    const request = { model, kind: 'api', startedAtMs: 1.795e12, summed: false } as const
    counter.add({ ...request, usage, picoUsd: 35n * MILLI })
    counter.add({ ...request, kind: 'included', usage, picoUsd: 35n * MILLI })
    counter.add({ ...request, usage: { ...usage, input: 100_000 }, picoUsd: 215n * MILLI })
    counter.add({ ...request, usage, picoUsd: null })
    return counter.result()
  })
  expect(drawTable(whatIfTable(results), TERMINAL)).toMatchInlineSnapshot(`
    "on                          requests  spent   there   saving
    claude-haiku-5-5                   2  $0.25   $0.06     77 %
    claude-haiku-5-5, included         1  $0.04  $0.002     94 %
    gpt-4-turbo                        1  $0.04   $0.63  -1700 %
    gpt-4-turbo, included              1  $0.04   $0.63  -1700 %
    "
  `)
  expect(whatIfNotes(results, null)).toMatchInlineSnapshot(`
    "prices of each request’s day, from the catalogue of 2026-11-22
    1 request left out: what they did cost is unknown
    1 request left out: too long for the window of gpt-4-turbo
    2 requests counted by another tokenizer than that of gpt-4-turbo
    2 requests with cached tokens as plain input: gpt-4-turbo has no such cache
    "
  `)
})

test.each([
  [0n, '$0'],
  [1n, '<$0.000001'],
  [3_412_345_678n, '$0.0034'],
  [-3_412_345_678n, '-$0.0034'],
  [34_567_890n, '$0.000035'],
  [9_990_000_000n, '$0.01'],
  [9_940_000_000n, '$0.0099'],
  [10_000_000_000n, '$0.01'],
  [18_204_000_000_000n, '$18.20'],
  [null, 'unknown'],
])('%s pico-dollars are %s', (pico, text) => {
  expect(usdOfPico(pico)).toBe(text)
})

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1049, '1k'],
  [34_512, '34.5k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [345_678, '346k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [1_240_000, '1.2M'],
  [11_200_000_000, '11.2B'],
])('%d tokens are about %s', (tokens, text) => {
  expect(aboutTokens(tokens)).toBe(text)
})

test.each<readonly [string, readonly bigint[], number, string]>([
  ['nothing', [], 10, ''],
  ['only zeros', [0n, 0n], 10, '▁▁'],
  ['a rise', [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n], 10, '▁▂▃▄▅▆▇█'],
  ['more than fit', [1n, 1n, 0n, 0n, 4n, 0n], 3, '▅▁█'],
])('a sparkline of %s', (_name, amounts, width, text) => {
  expect(sparkline(amounts, width)).toBe(text)
})

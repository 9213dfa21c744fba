import { expect, test } from 'vitest'
import type { Totals } from '../../../src/domain/ledger/rollup.ts'
import {
  spentTable,
  type SpentBy,
  type SpentSum,
  type SpentTable,
} from '../../../src/domain/reports/spent.ts'
import { spentCsv, spentReport } from '../../../src/domain/reports/spent-report.ts'

const DOLLAR = 1_000_000_000_000n

const NOTHING: Totals = {
  attempts: 0,
  failed: 0,
  unmetered: 0,
  unpriced: 0,
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  webSearches: 0,
  webFetches: 0,
  picoUsd: 0n,
}

interface Given {
  readonly of?: Partial<SpentSum['dimensions']>
  readonly period?: string | null
  readonly mark?: SpentSum['mark']
  readonly totals?: Partial<Totals>
}

function sum({ of, period = '2026-11-20', mark = 'final', totals }: Given): SpentSum {
  const place = { session: null, profile: null, project: null }
  return {
    period,
    dimensions: { model: 'claude-opus-5-5', ...place, kind: 'api', ...of },
    mark,
    totals: { ...NOTHING, attempts: 1, picoUsd: DOLLAR, ...totals },
  }
}

const SUMS = [
  sum({ of: { session: 'a', project: '/p' }, totals: { input: 10, output: 1 } }),
  sum({ of: { model: 'gpt-6-sol', session: 'a' }, totals: { picoUsd: 3n * DOLLAR } }),
  sum({ of: { session: 'b' }, period: '2026-11-23', mark: 'estimated' }),
  sum({ of: { model: 'x', session: 'b' }, totals: { attempts: 4, unpriced: 4, picoUsd: 0n } }),
  sum({ of: { model: 'x', session: 'b' }, totals: { attempts: 1, unpriced: 1, picoUsd: 0n } }),
  sum({ of: { model: 'llama3.2' }, totals: { picoUsd: 0n, failed: 1, unmetered: 1 } }),
  sum({ of: { kind: 'included' }, totals: { attempts: 2, picoUsd: 9n * DOLLAR } }),
]

const tableOf = (sums: readonly SpentSum[], by: SpentBy) => spentTable(sums, { by, split: null })

test.each([
  ['model', ['gpt-6-sol 3', 'claude-opus-5-5 2', 'x 0', 'llama3.2 0']],
  ['session', ['a 4', 'b 1', '- 0']],
  ['project', ['- 4', '/p 1']],
  ['profile', ['- 5']],
  ['day', ['2026-11-20 4', '2026-11-23 1']],
] as const)('by %s, the dearest first, times in their order', (by, expected) => {
  const { rows } = tableOf(SUMS, by)
  expect(rows.map(({ key, picoUsd }) => `${key ?? '-'} ${picoUsd / DOLLAR}`)).toEqual(expected)
})

test('what a subscription paid for is apart, and unknown prices are counted and named', () => {
  const { total, unpriced } = tableOf(SUMS, 'model')
  expect(total).toMatchObject({
    attempts: 11,
    failed: 1,
    unmetered: 1,
    uncertain: 1,
    picoUsd: 5n * DOLLAR,
    unpriced: 5,
    included: 2,
    includedPicoUsd: 9n * DOLLAR,
  })
  expect(unpriced).toEqual([{ model: 'x', attempts: 5 }])
})

test('the rows of any table add up to its total, whatever it tells apart', () => {
  const whole = tableOf(SUMS, 'model').total
  for (const by of ['session', 'profile', 'project', 'day'] as const) {
    const { rows, total } = tableOf(SUMS, by)
    expect(total).toEqual(whole)
    expect(rows.reduce((all, row) => all + row.picoUsd, 0n)).toBe(total.picoUsd)
    expect(rows.reduce((all, row) => all + row.attempts, 0)).toBe(total.attempts)
    expect(rows.reduce((all, row) => all + row.includedPicoUsd, 0n)).toBe(total.includedPicoUsd)
  }
})

test('each key can be split by model, the dearest first within it', () => {
  const shown = (by: SpentBy) =>
    spentTable(SUMS, { by, split: 'model' }).rows.map(
      ({ key, split, picoUsd }) => `${key ?? '-'} ${split ?? '-'} ${picoUsd / DOLLAR}`,
    )
  expect(shown('day')).toEqual([
    '2026-11-20 gpt-6-sol 3',
    '2026-11-20 claude-opus-5-5 1',
    '2026-11-20 x 0',
    '2026-11-20 llama3.2 0',
    '2026-11-23 claude-opus-5-5 1',
  ])
  expect(shown('session')).toHaveLength(6)
})

test('days without a request are in the series', () => {
  expect(tableOf(SUMS, 'model').series).toEqual([
    { period: '2026-11-20', picoUsd: 4n * DOLLAR },
    { period: '2026-11-21', picoUsd: 0n },
    { period: '2026-11-22', picoUsd: 0n },
    { period: '2026-11-23', picoUsd: DOLLAR },
  ])
})

test('so are hours, over midnight', () => {
  const hours = ['2026-11-22T23:00', '2026-11-23T02:00'].map((period) => sum({ period }))
  expect(tableOf(hours, 'hour').series.map(({ period }) => period)).toEqual([
    '2026-11-22T23:00',
    '2026-11-23T00:00',
    '2026-11-23T01:00',
    '2026-11-23T02:00',
  ])
})

test('a series with more points than anybody reads is refused before it is made', () => {
  const ends = (hour: string) =>
    ['1970-01-01', '9998-12-31'].map((day) => sum({ period: day + hour }))
  expect(() => tableOf(ends('T00:00'), 'hour')).toThrow(
    'from 1970-01-01T00:00 to 9998-12-31T00:00 are 70380745 hours',
  )
  expect(() => tableOf(ends(''), 'model')).toThrow('are 2932532 days')
})

const KNOWN = {
  refreshDate: null,
  behind: false,
  period: { sinceMs: Date.UTC(2026, 10, 16), untilMs: Date.UTC(2026, 10, 23) },
  saved: {
    failover: { picoUsd: 2n * DOLLAR, requests: 3, unknown: 1 },
    limit: { picoUsd: -DOLLAR / 8n, requests: 1, unknown: 0 },
  },
}

const reportOf = (table: SpentTable) => spentReport({ ...KNOWN, table }, 'UTC')

test('the JSON has one shape, empty or not, money in exact decimal strings', () => {
  const report = reportOf(tableOf([sum({ totals: { picoUsd: 1n } })], 'model'))
  const amounts = {
    usd: '0.000000000001',
    includedUsd: '0.00',
    requests: 1,
    includedRequests: 0,
    unpricedRequests: 0,
    unmeteredRequests: 0,
    uncertainRequests: 0,
    failedRequests: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    webSearches: 0,
    webFetches: 0,
  }
  expect(report).toEqual({
    catalogueDate: '2026-11-22',
    refreshDate: null,
    behind: false,
    since: '2026-11-16T00:00:00.000Z',
    until: '2026-11-23T00:00:00.000Z',
    timeZone: 'UTC',
    by: 'model',
    split: null,
    rows: [{ key: 'claude-opus-5-5', split: null, ...amounts }],
    total: amounts,
    series: [{ period: '2026-11-20', usd: '0.000000000001' }],
    saved: {
      failover: { usd: '2.00', requests: 3, unknownRequests: 1 },
      limit: { usd: '-0.125', requests: 1, unknownRequests: 0 },
    },
    unpriced: [],
  })
  const empty = reportOf(tableOf([], 'model'))
  expect(Object.keys(empty)).toEqual(Object.keys(report))
  expect(empty.total).toEqual({ ...amounts, usd: '0.00', requests: 0 })
})

test.each<readonly [string, Given, string | null, string | null]>([
  ['a known price', {}, '1.00', '0.00'],
  ['some known', { totals: { attempts: 2, unpriced: 1 } }, '1.00', '0.00'],
  ['none known', { totals: { unpriced: 1, picoUsd: 0n } }, null, '0.00'],
  ['free', { totals: { picoUsd: 0n } }, '0.00', '0.00'],
  ['included', { of: { kind: 'included' } }, '0.00', '1.00'],
  [
    'included, none known',
    { of: { kind: 'included' }, totals: { unpriced: 1, picoUsd: 0n } },
    '0.00',
    null,
  ],
])('unknown is null, never 0: %s', (_name, given, usd, includedUsd) => {
  const { total } = reportOf(tableOf([sum(given)], 'model'))
  expect(total).toMatchObject({ usd, includedUsd })
})

test('the CSV has a header; unknown is a word, and a name can be no formula', () => {
  const sums = [
    sum({ of: { project: '/home/me/a,b "c"' }, totals: { unpriced: 1, picoUsd: 0n } }),
    sum({ of: { project: '=1+1' } }),
    sum({}),
  ]
  const lines = spentCsv(reportOf(tableOf(sums, 'project'))).split('\n')
  expect(lines.map((line) => line.split(',').slice(0, 3).join(','))).toEqual([
    'project,usd,includedUsd',
    ',1.00,0.00',
    "'=1+1,1.00,0.00",
    '"/home/me/a,b ""c""",unknown',
    '',
  ])
})

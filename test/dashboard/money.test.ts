import { expect, test } from 'vitest'
import { dayStack, limitBars, OTHERS, shareRows } from '../../src/dashboard/spending.ts'
import { summary, type Known } from '../../src/dashboard/summary.ts'
import { comparisonOf } from '../../src/dashboard/what-if.ts'
import { countdownText, durationText, moneyText } from '../../src/dashboard/words.ts'
import {
  spentReport,
  type AmountsReport,
  type SpentReport,
} from '../../src/domain/reports/spent-report.ts'
import { spentTable } from '../../src/domain/reports/spent.ts'
import type { WhatIfModel } from '../../src/domain/reports/what-if-report.ts'

const PERIOD = {
  sinceMs: Date.parse('2026-10-24T22:00:00Z'),
  untilMs: Date.parse('2026-10-27T10:00:00Z'),
}
const NOTHING = { picoUsd: 0n, requests: 0, unknown: 0 }
const SAVED = { failover: NOTHING, limit: NOTHING }
const EMPTY = spentReport(
  {
    period: PERIOD,
    table: spentTable([], { by: 'day', split: null }),
    saved: SAVED,
    refreshDate: null,
    behind: false,
  },
  'Europe/Berlin',
)

function amounts(usd: string | null, change: Partial<AmountsReport> = {}): AmountsReport {
  return { ...EMPTY.total, usd, requests: 1, ...change }
}

function days(...rows: readonly (readonly [string, string, string | null])[]): SpentReport {
  return { ...EMPTY, rows: rows.map(([key, split, usd]) => ({ key, split, ...amounts(usd) })) }
}

test('each day of the period stands there, by the calendar that was asked for', () => {
  const stack = dayStack(
    days(['2026-10-25', 'b', '1.00'], ['2026-10-27', 'a', '0.10'], ['2026-10-27', 'b', '0.20']),
    'usd',
  )
  expect(stack.days).toEqual(['2026-10-25', '2026-10-26', '2026-10-27'])
  expect(stack.models).toEqual([
    { model: 'b', picoUsd: [1_000_000_000_000n, 0n, 200_000_000_000n], total: 1_200_000_000_000n },
    { model: 'a', picoUsd: [0n, 0n, 100_000_000_000n], total: 100_000_000_000n },
  ])
  expect(stack.totals).toEqual([1_000_000_000_000n, 0n, 300_000_000_000n])
})

test('the cheapest of many models are one, and nothing is lost', () => {
  const names = Array.from({ length: 9 }, (_, index) => `m${index}`)
  const rows = names.map((name, index) => ['2026-10-25', name, `${index + 1}.00`] as const)
  const { models, totals } = dayStack(days(...rows), 'usd')
  expect(models.map(({ model }) => model)).toEqual(['m8', 'm7', 'm6', 'm5', 'm4', OTHERS])
  expect(totals[0]).toBe(45_000_000_000_000n)
})

test('what is unknown, and what was free, has no bar', () => {
  expect(
    dayStack(days(['2026-10-25', 'a', null], ['2026-10-25', 'b', '0.00']), 'usd').models,
  ).toEqual([])
})

test('rows are shares of the largest; what a subscription paid says so', () => {
  const rows = [
    { key: 'x', split: null, ...amounts('0.50', { requests: 2, unpricedRequests: 1 }) },
    { key: null, split: null, ...amounts('2.00') },
    { key: 'y', split: null, ...amounts('0.00', { includedUsd: '1.00', includedRequests: 1 }) },
    { key: 'z', split: null, ...amounts(null) },
  ]
  expect(shareRows({ ...EMPTY, rows }, 10)).toEqual([
    { name: 'outside of any', amount: '$2.00', note: '1 request', share: 1 },
    { name: 'y', amount: '$1.00', note: '1 request, included', share: 0.5 },
    { name: 'x', amount: '$0.50', note: '2 requests, 1 of unknown price', share: 0.25 },
    { name: 'z', amount: 'unknown', note: '1 request', share: 0 },
  ])
  expect(shareRows({ ...EMPTY, rows }, 1)).toHaveLength(1)
})

test('the limit that is nearest comes first', () => {
  const limit = { scope: 'session', limit: '5/day', limitUsd: '5.00', untilMs: 0 } as const
  expect(
    limitBars([
      { ...limit, name: 'a', spentUsd: '1.00', fraction: 0.2 },
      { ...limit, name: 'b', spentUsd: '6.00', fraction: 1.2 },
      { ...limit, name: 'c', spentUsd: null, fraction: 0.8 },
    ]),
  ).toMatchObject([
    { name: 'session b', words: '$6.00 of $5.00 a day', share: 1, tone: 'over' },
    { name: 'session c', words: 'unknown of $5.00 a day', tone: 'near' },
    { name: 'session a', tone: 'good' },
  ])
})

function whatIf(usd: string, thereUsd: string, change: Partial<WhatIfModel> = {}): WhatIfModel {
  const none = { requests: 0, usd: '0.00', thereUsd: '0.00', savedUsd: '0.00' }
  return {
    model: 'm',
    requests: 3,
    paid: { ...none, requests: 3, usd, thereUsd },
    included: none,
    leftOut: { unmetered: 0, unpriced: 0, tooLong: 0, unknown: [] },
    uncertain: { otherTokenizer: 0, otherCache: 0, withoutCache: 0 },
    ...change,
  }
}

test.each([
  ['1.00', '4.00', { verdict: '$3.00 saved', percent: 75, spentShare: 0.25, thereShare: 1 }],
  ['4.00', '1.00', { verdict: 'it would have been $3.00 less', percent: null, thereShare: 0.25 }],
  ['4.00', '0.00', { verdict: 'it would have been $4.00 less', thereShare: 0 }],
  ['1.00', '1.00', { verdict: 'the same', percent: null }],
  ['0.00', '0.00', { verdict: 'the same', spentShare: 0 }],
])('%s here and %s there', (usd, there, expected) => {
  expect(comparisonOf(whatIf(usd, there))).toMatchObject({ kind: 'paid', ...expected })
})

test('what could not be compared is said; of nothing there is no comparison', () => {
  const leftOut = {
    unmetered: 1,
    unpriced: 2,
    tooLong: 0,
    unknown: [{ what: 'price of x', requests: 1 }],
  }
  expect(comparisonOf(whatIf('1.00', '2.00', { leftOut }))?.notes).toEqual([
    '2 requests left out: what they did cost is unknown',
    '1 request left out: their tokens are unknown',
    '1 request left out: the price of x is unknown',
  ])
  const none = { requests: 0, usd: '0.00', thereUsd: '0.00', savedUsd: '0.00' }
  expect(comparisonOf(whatIf('0', '0', { paid: none }))).toBeNull()
  const included = { ...none, requests: 1, usd: '1.00', thereUsd: '3.00' }
  expect(comparisonOf(whatIf('0', '0', { paid: none, included }))).toMatchObject({
    kind: 'included',
    verdict: '$2.00 saved',
  })
})

const KNOWN: Known = {
  today: undefined,
  hour: null,
  premium: null,
  circuits: [],
  sessions: null,
  perMinute: 1,
}

test('what is not there is said plainly, and is never 0', () => {
  expect(summary(KNOWN)).toMatchObject([
    { label: 'today', value: '–', note: ' ' },
    { label: 'last hour', value: '–', note: 'the ledger does not answer' },
    { label: 'saved against all premium', value: '–', note: 'the ledger does not answer' },
    { label: 'circuits', value: 'closed', note: 'nothing was asked yet' },
    { label: 'sessions', value: '0 running', note: '1 request in the last minute' },
  ])
  const today = { ...EMPTY, total: amounts(null, { unpricedRequests: 1 }) }
  expect(summary({ ...KNOWN, today })[0]).toMatchObject({
    value: 'unknown',
    note: '1 request, 1 of unknown price',
  })
  expect(summary({ ...KNOWN, today: { ...today, behind: true } })[0]?.note).toBe(
    '1 request, 1 of unknown price, some not in the ledger yet',
  )
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test.each([
  [-5, '0:00'],
  [1, '0:01'],
  [61_000, '1:01'],
])('%d ms are left: %s', (ms, text) => {
  expect(countdownText(ms)).toBe(text)
})

test('money is exact to where it is cut', () => {
  expect(['12.30', '-0.5', '0.0034', '0.00', null, 'x'].map(moneyText)).toEqual([
    '$12.30',
    '-$0.50',
    '$0.0034',
    '$0',
    'unknown',
    'unknown',
  ])
})

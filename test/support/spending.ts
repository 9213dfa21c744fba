import type { LimitReport } from '../../src/dashboard/api.ts'
import { addDays } from '../../src/domain/models/dates.ts'
import { dayOf, startOfDay } from '../../src/domain/ledger/time-zone.ts'
import { spentReport, type SpentReport } from '../../src/domain/reports/spent-report.ts'
import {
  spentTable,
  type SpentBy,
  type SpentRows,
  type SpentSum,
} from '../../src/domain/reports/spent.ts'
import type { WhatIfReport } from '../../src/domain/reports/what-if-report.ts'

/** What a ledger would answer after a year of work: made up, the same each time. */
const MODELS = [
  ['claude-haiku-5-5', 'crawler', 900_000n, 46],
  ['claude-sonnet-5-5', 'review', 12_500_000n, 14],
  ['gpt-6-sol', 'crawler', 2_300_000n, 9],
  ['llama3.2', 'nightly', 0n, 60],
  ['claude-opus-5-5', 'review', 61_000_000n, 2],
] as const

const NONE = { picoUsd: 0n, requests: 0, unknown: 0 }
const CENT = 10_000_000_000n

/** Null: it is no question about money. `nowMs` in ms since 1970. */
export function moneyAnswer({ pathname, searchParams }: URL, nowMs: number): object | null {
  const since = searchParams.get('since') ?? '30d'
  if (pathname === '/api/llm/limits') return { limits: limitsAt(nowMs) }
  if (pathname === '/api/llm/costs/what-if')
    return whatIfOf(searchParams.get('on') ?? '', since, nowMs)
  if (pathname !== '/api/llm/costs') return null
  // What the query names; another value would be a fault of the page.
  const by = searchParams.get('by') as SpentBy
  const split = searchParams.get('split') === 'model' ? 'model' : null
  return spentOf({ by, split, since }, nowMs)
}

function daysIn(since: string): number {
  return since.endsWith('d') ? Number(since.slice(0, -1)) : 1
}

function sumsOf(since: string, nowMs: number): SpentSum[] {
  const today = dayOf('UTC', nowMs)
  const part = since === '60m' ? 8 : 1
  return Array.from({ length: daysIn(since) }, (_, back) => addDays(today, -back)).flatMap((day) =>
    MODELS.flatMap(([model, session, price, most], index) => {
      const attempts = Math.floor((most * (20 + noise(day, index))) / 100 / part)
      return attempts === 0 ? [] : [sumOf({ day, model, session, attempts, price })]
    }),
  )
}

/** 0 to 80; weekends are calm. */
function noise(day: string, salt: number): number {
  const date = new Date(day)
  const calm = date.getUTCDay() % 6 === 0 ? 4 : 1
  const number = Math.floor(date.getTime() / 86_400_000) * 7919 + salt * 104_729
  return ((number ^ (number >> 7)) % 81) / calm
}

interface Row {
  readonly day: string
  readonly model: string
  readonly session: string
  readonly attempts: number
  /** Of a thousand requests, in cents. */
  readonly price: bigint
}

function sumOf({ day, model, session, attempts, price }: Row): SpentSum {
  return {
    period: day,
    dimensions: { model, session, profile: 'budget', project: null, kind: 'api' },
    mark: 'final',
    totals: {
      attempts,
      failed: 0,
      unmetered: 0,
      unpriced: 0,
      input: attempts * 4000,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: attempts * 700,
      webSearches: 0,
      webFetches: 0,
      picoUsd: (BigInt(attempts) * price * CENT) / 1_000_000n,
    },
  }
}

function spentOf({ by, split, since }: Wanted, nowMs: number): SpentReport {
  const sinceMs = startOfDay('UTC', addDays(dayOf('UTC', nowMs), 1 - daysIn(since)))
  const period = { sinceMs, untilMs: nowMs }
  const saved = { failover: NONE, limit: NONE }
  const table = spentTable(sumsOf(since, nowMs), { by, split })
  return spentReport({ period, table, saved, refreshDate: null, behind: false }, 'UTC')
}

interface Wanted extends SpentRows {
  readonly since: string
}

const ELSEWHERE: Readonly<Record<string, readonly [string, number]>> = {
  premium: ['claude-sonnet-5-5', 3.1],
  budget: ['claude-haiku-5-5', 0.42],
  free: ['llama3.2', 0],
}

function whatIfOf(profile: string, since: string, nowMs: number): WhatIfReport {
  const { total, ...report } = spentOf({ by: 'model', split: null, since }, nowMs)
  const [model, factor] = ELSEWHERE[profile] ?? ['claude-opus-5-5', 9]
  const there = Number(total.usd) * factor
  const none = { requests: 0, usd: '0.00', thereUsd: '0.00', savedUsd: '0.00' }
  return {
    catalogueDate: report.catalogueDate,
    refreshDate: report.refreshDate,
    behind: false,
    since: report.since,
    until: report.until,
    models: [
      {
        model,
        requests: total.requests,
        paid: {
          requests: total.requests,
          usd: total.usd ?? '0.00',
          thereUsd: there.toFixed(6),
          savedUsd: (Number(total.usd) - there).toFixed(6),
        },
        included: none,
        leftOut: { unmetered: 0, unpriced: 0, tooLong: profile === 'free' ? 12 : 0, unknown: [] },
        uncertain: { otherTokenizer: 31, otherCache: 0, withoutCache: 0 },
      },
    ],
  }
}

function limitsAt(nowMs: number): readonly LimitReport[] {
  const untilMs = startOfDay('UTC', addDays(dayOf('UTC', nowMs), 1))
  return [
    limitOf('profile', 'budget', ['2.00', '0.61']),
    limitOf('session', 'review', ['5.00', '4.37']),
    limitOf('session', 'crawler', ['0.50', '0.50']),
  ].map((limit) => ({ ...limit, untilMs }))
}

function limitOf(
  scope: LimitReport['scope'],
  name: string,
  [limitUsd, spentUsd]: readonly [string, string],
): Omit<LimitReport, 'untilMs'> {
  const fraction = Number(spentUsd) / Number(limitUsd)
  return { scope, name, limit: `${Number(limitUsd)}/day`, limitUsd, spentUsd, fraction }
}

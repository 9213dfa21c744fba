import { LlmselError } from '../errors.ts'
import type { Spent } from '../ledger/ledger.ts'
import type { Dimensions, Totals } from '../ledger/rollup.ts'
import { DAY_MS } from '../ledger/spans.ts'

/** One sum of the ledger, of a local day or hour. */
export interface SpentSum extends Pick<Spent, 'period' | 'mark' | 'totals'> {
  readonly dimensions: Pick<Dimensions, 'model' | 'session' | 'profile' | 'project' | 'kind'>
}

export const SPENT_BY = ['model', 'session', 'profile', 'project', 'day', 'hour'] as const
export type SpentBy = (typeof SPENT_BY)[number]

export interface SpentAmounts extends Omit<Totals, 'picoUsd' | 'unpriced'> {
  /** That were counted in part, or estimated. */
  readonly uncertain: number
  /** What is to be paid. */
  readonly picoUsd: bigint
  /** Attempts to be paid for whose price is unknown. */
  readonly unpriced: number
  /** Attempts that a subscription paid for, and what they would have cost. */
  readonly included: number
  readonly includedPicoUsd: bigint
  readonly includedUnpriced: number
}

export interface SpentRow extends SpentAmounts {
  /** Null: not known, such as the session of a request from outside of any. */
  readonly key: string | null
  /** The model, where a table tells them apart within each key. */
  readonly split: string | null
}

/** What rows tell apart. */
export interface SpentRows {
  readonly by: SpentBy
  /** Null: rows are not told apart further. */
  readonly split: 'model' | null
}

export interface SpentTable extends SpentRows {
  /** Times in their order; anything else by its cost, the dearest first. */
  readonly rows: readonly SpentRow[]
  readonly total: SpentAmounts
  /** What was to be paid in each period, those without any included. */
  readonly series: readonly SpentPoint[]
  /** Models with attempts of unknown price, the most first. */
  readonly unpriced: readonly UnpricedModel[]
}

export interface SpentPoint {
  readonly period: string
  readonly picoUsd: bigint
}

export interface UnpricedModel {
  readonly model: string
  readonly attempts: number
}

const HOUR_MS = 3_600_000
/** Eleven years of hours. */
const MAX_POINTS = 100_000

/**
 * The ledger's sums, which may tell more apart than is asked for, as a table.
 * @throws LlmselError `usage` where the series would have more than 100,000 points.
 */
export function spentTable(sums: readonly SpentSum[], { by, split }: SpentRows): SpentTable {
  const rows = new Map<string, SummedRow>()
  const periods = new Map<string, bigint>()
  const unpriced = new Map<string, number>()
  const total = nothing()
  for (const sum of sums) {
    const { dimensions, period, totals } = sum
    const key = by === 'day' || by === 'hour' ? period : dimensions[by]
    add(rowOf(rows, key, split === null ? null : dimensions.model).sums, sum)
    add(total, sum)
    const paid = dimensions.kind === 'api' ? totals.picoUsd : 0n
    if (period !== null) periods.set(period, (periods.get(period) ?? 0n) + paid)
    const known = unpriced.get(dimensions.model) ?? 0
    if (totals.unpriced > 0) unpriced.set(dimensions.model, known + totals.unpriced)
  }
  return {
    by,
    split,
    rows: [...rows.values()]
      .map(({ key, split: part, sums: amounts }) => ({ key, split: part, ...amounts }))
      .toSorted(orderOf(by)),
    total,
    series: filled(periods),
    unpriced: [...unpriced]
      .map(([model, attempts]) => ({ model, attempts }))
      .toSorted((a, b) => b.attempts - a.attempts || compare(a.model, b.model)),
  }
}

type Sums = { -readonly [Name in keyof SpentAmounts]: SpentAmounts[Name] }

interface SummedRow extends Pick<SpentRow, 'key' | 'split'> {
  readonly sums: Sums
}

function rowOf(rows: Map<string, SummedRow>, key: string | null, split: string | null): SummedRow {
  // A name is never empty.
  const name = `${key ?? ''}\0${split ?? ''}`
  const found = rows.get(name) ?? { key, split, sums: nothing() }
  rows.set(name, found)
  return found
}

function nothing(): Sums {
  return {
    attempts: 0,
    failed: 0,
    unmetered: 0,
    uncertain: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    webSearches: 0,
    webFetches: 0,
    picoUsd: 0n,
    unpriced: 0,
    included: 0,
    includedPicoUsd: 0n,
    includedUnpriced: 0,
  }
}

function add(sums: Sums, { dimensions, mark, totals }: SpentSum): void {
  sums.attempts += totals.attempts
  sums.failed += totals.failed
  sums.unmetered += totals.unmetered
  if (mark !== 'final') sums.uncertain += totals.attempts
  sums.input += totals.input
  sums.cacheRead += totals.cacheRead
  sums.cacheWrite5m += totals.cacheWrite5m
  sums.cacheWrite1h += totals.cacheWrite1h
  sums.output += totals.output
  sums.webSearches += totals.webSearches
  sums.webFetches += totals.webFetches
  if (dimensions.kind === 'api') {
    sums.picoUsd += totals.picoUsd
    sums.unpriced += totals.unpriced
  } else {
    sums.included += totals.attempts
    sums.includedPicoUsd += totals.picoUsd
    sums.includedUnpriced += totals.unpriced
  }
}

function orderOf(by: SpentBy): (a: SpentRow, b: SpentRow) => number {
  const byKey = (a: SpentRow, b: SpentRow) => compare(a.key ?? '', b.key ?? '')
  const byCost = (a: SpentRow, b: SpentRow) =>
    compare(b.picoUsd, a.picoUsd) ||
    compare(b.includedPicoUsd, a.includedPicoUsd) ||
    b.attempts - a.attempts ||
    byKey(a, b) ||
    compare(a.split ?? '', b.split ?? '')
  return by === 'day' || by === 'hour' ? (a, b) => byKey(a, b) || byCost(a, b) : byCost
}

/** The periods between the first and the last in their order, as calendars and clocks have them. */
function filled(periods: ReadonlyMap<string, bigint>): readonly SpentPoint[] {
  const known = [...periods.keys()].toSorted(compare)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return []
  const isHourly = first.length > 10
  const step = isHourly ? HOUR_MS : DAY_MS
  const msOf = (period: string) => Date.parse(isHourly ? `${period}Z` : period)
  const firstMs = msOf(first)
  const count = (msOf(last) - firstMs) / step + 1
  if (count > MAX_POINTS) {
    const what = `from ${first} to ${last} are ${count} ${isHourly ? 'hours' : 'days'}`
    const hint = isHourly ? 'take a shorter period, or days' : 'take a shorter period'
    throw new LlmselError('usage', `${what}, more than the ${MAX_POINTS} of a report`, { hint })
  }
  return Array.from({ length: count }, (_, index) => {
    const period = new Date(firstMs + index * step).toISOString().slice(0, first.length)
    return { period, picoUsd: periods.get(period) ?? 0n }
  })
}

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

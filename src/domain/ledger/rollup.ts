import { ANSWERED, type Kind, type Mark } from './attempt.ts'
import type { Change, Entry } from './merge.ts'
import { DAY, QUARTER, QUARTERS_A_DAY, bucketOf, type Span } from './spans.ts'

/** What a report may tell apart. */
export interface Dimensions {
  readonly provider: string
  readonly model: string
  readonly session: string | null
  readonly profile: string | null
  readonly project: string | null
  readonly source: string
  readonly kind: Kind
  readonly machine: string
}

/** Sums over attempts. */
export interface Totals {
  readonly attempts: number
  /** Those that did not end in an answer. */
  readonly failed: number
  /** Those whose tokens nobody knows; they are in no sum below. */
  readonly unmetered: number
  /** Those whose price nobody knows; they are not in `picoUsd`. */
  readonly unpriced: number
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly output: number
  readonly webSearches: number
  readonly webFetches: number
  readonly picoUsd: bigint
}

/** What is to be added to one kept sum. */
export interface RollupChange {
  /** The number of its dimensions. */
  readonly dims: number
  readonly span: Span
  readonly bucket: number
  readonly mark: Mark
  readonly totals: Sums
}

/** No part of it has a control character, so different ones have different keys. */
export function dimensionsKey(dimensions: Dimensions): string {
  const { provider, model, session, profile, project, source, kind, machine } = dimensions
  const place = `${session ?? ''}\0${profile ?? ''}\0${project ?? ''}\0${machine}`
  return `${provider}\0${model}\0${source}\0${kind}\0${place}`
}

/**
 * What the changed entries add to the sums and take from them, one for each sum. Entries whose
 * dimensions have the same number are not told apart.
 */
export function rollupChanges(
  changes: readonly Change[],
  dimsOf: (entry: Entry) => number,
): RollupChange[] {
  const quarters = new Map<string, RollupChange>()
  const collect = (entry: Entry, sign: 1 | -1) => {
    const { mark, startedAtMs } = entry
    const bucket = bucketOf(QUARTER, startedAtMs)
    count(sumIn(quarters, { dims: dimsOf(entry), span: QUARTER, bucket, mark }), entry, sign)
  }
  for (const { before, after } of changes) {
    if (before !== null) collect(before, -1)
    if (after !== null) collect(after, 1)
  }
  const days = new Map<string, RollupChange>()
  for (const { dims, bucket, mark, totals } of quarters.values()) {
    const day = Math.floor(bucket / QUARTERS_A_DAY)
    addTotals(sumIn(days, { dims, span: DAY, bucket: day, mark }), totals, 1)
  }
  return [...quarters.values(), ...days.values()].filter(({ totals }) => !isNothing(totals))
}

function sumIn(sums: Map<string, RollupChange>, of: Omit<RollupChange, 'totals'>): Sums {
  const key = `${of.dims} ${of.bucket} ${of.mark}`
  let sum = sums.get(key)
  if (sum === undefined) {
    sum = { ...of, totals: { ...NOTHING } }
    sums.set(key, sum)
  }
  return sum.totals
}

export const NOTHING: Totals = {
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

export type Sums = { -readonly [Name in keyof Totals]: Totals[Name] }

/** In place: an import brings hundreds of thousands. */
function count(sums: Sums, { outcome, usage, picoUsd }: Entry, sign: 1 | -1): void {
  sums.attempts += sign
  if (outcome !== ANSWERED) sums.failed += sign
  if (picoUsd === null) sums.unpriced += sign
  else sums.picoUsd += sign === 1 ? picoUsd : -picoUsd
  if (usage === null) {
    sums.unmetered += sign
    return
  }
  sums.input += sign * usage.input
  sums.cacheRead += sign * usage.cacheRead
  sums.cacheWrite5m += sign * usage.cacheWrite5m
  sums.cacheWrite1h += sign * usage.cacheWrite1h
  sums.output += sign * usage.output
  sums.webSearches += sign * usage.webSearches
  sums.webFetches += sign * usage.webFetches
}

/** In place. */
export function addTotals(sums: Sums, totals: Totals, sign: 1 | -1): void {
  sums.attempts += sign * totals.attempts
  sums.failed += sign * totals.failed
  sums.unmetered += sign * totals.unmetered
  sums.unpriced += sign * totals.unpriced
  sums.input += sign * totals.input
  sums.cacheRead += sign * totals.cacheRead
  sums.cacheWrite5m += sign * totals.cacheWrite5m
  sums.cacheWrite1h += sign * totals.cacheWrite1h
  sums.output += sign * totals.output
  sums.webSearches += sign * totals.webSearches
  sums.webFetches += sign * totals.webFetches
  sums.picoUsd += sign === 1 ? totals.picoUsd : -totals.picoUsd
}

function isNothing(totals: Totals): boolean {
  return Object.values(totals).every((value) => value === 0 || value === 0n)
}

import type { Totals } from '../../domain/ledger/rollup.ts'
import type { Row, Value } from './database.ts'
import { picoUsdOf, USAGE_COLUMNS, usageOf } from './entries.ts'

/** As the table has them, and in the order of `totalsRow`. */
export const SUMS = [
  'attempts',
  'failed',
  'unmetered',
  'unpriced',
  ...USAGE_COLUMNS,
  'pico_usd',
] as const

/** SQLite cannot add up more than 9 million dollars, and a number cannot hold them, so it is in two parts. */
const PART = 1_000_000_000
export const SUMMED_PICO_USD = `sum(pico_usd / ${PART}), sum(pico_usd % ${PART})`

/** Of the two values of `SUMMED_PICO_USD`; null: no amount is known. */
export function summedPicoUsd([whole, rest]: Row): bigint | null {
  const [high, low] = [picoUsdOf(whole), picoUsdOf(rest)]
  return high === null || low === null ? null : high * BigInt(PART) + low
}

function summed(name: string): string {
  return name === 'pico_usd' ? SUMMED_PICO_USD : `sum(${name})`
}

/** Adds up many rows; read by `totalsOf`. */
export const SUMMED = SUMS.map(summed).join(', ')
/** The same of attempts; read by `usageOf` and `summedPicoUsd`. */
export const SUMMED_COSTS = [...USAGE_COLUMNS, 'pico_usd'].map(summed).join(', ')

export function totalsRow(totals: Totals): Value[] {
  return [
    totals.attempts,
    totals.failed,
    totals.unmetered,
    totals.unpriced,
    totals.input,
    totals.cacheRead,
    totals.cacheWrite5m,
    totals.cacheWrite1h,
    totals.output,
    totals.webSearches,
    totals.webFetches,
    totals.picoUsd,
  ]
}

const NO_USAGE = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  webSearches: 0,
  webFetches: 0,
} as const

export function totalsOf(row: Row): Totals {
  const [attempts, failed, unmetered, unpriced] = row
  return {
    ...(usageOf(row.slice(4, 11)) ?? NO_USAGE),
    attempts: Number(attempts),
    failed: Number(failed),
    unmetered: Number(unmetered),
    unpriced: Number(unpriced),
    picoUsd: summedPicoUsd(row.slice(11)) ?? 0n,
  }
}

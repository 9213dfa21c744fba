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

function summed(name: string): string {
  return name === 'pico_usd' ? 'cast(sum(pico_usd) as text)' : `sum(${name})`
}

/** Adds up many rows; read by `totalsOf`. */
export const SUMMED = SUMS.map(summed).join(', ')
/** The same of attempts; read by `usageOf` and `picoUsdOf`. */
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
    picoUsd: picoUsdOf(row[11]) ?? 0n,
  }
}

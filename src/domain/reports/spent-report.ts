import { toDecimalString } from '../costs/fraction.ts'
import { usdOf } from '../costs/pico.ts'
import type { Range } from '../ledger/spans.ts'
import { CATALOGUE_DATE } from '../models/catalogue.ts'
import type { IsoDate } from '../models/model.ts'
import type { Saved, SavedAmount } from './saved.ts'
import type { SpentAmounts, SpentBy, SpentRow, SpentTable, UnpricedModel } from './spent.ts'

export interface SpentAnswer {
  readonly period: Range
  readonly table: SpentTable
  readonly saved: Saved
  /** Null: none of the prices was refreshed. */
  readonly refreshDate: IsoDate | null
  /** Its last requests may be missing. */
  readonly behind: boolean
}

/** `costs spent` as plain data: money as decimal strings in US dollars, unknown as null. */
export interface SpentReport {
  readonly catalogueDate: IsoDate
  /** Null: none of the prices was refreshed. */
  readonly refreshDate: IsoDate | null
  /** Its last requests may be missing. */
  readonly behind: boolean
  /** ISO 8601, in UTC. */
  readonly since: string
  readonly until: string
  readonly timeZone: string
  readonly by: SpentBy
  readonly split: 'model' | null
  readonly rows: readonly (Pick<SpentRow, 'key' | 'split'> & AmountsReport)[]
  readonly total: AmountsReport
  readonly series: readonly { readonly period: string; readonly usd: string }[]
  readonly saved: Readonly<Record<keyof Saved, SavedReport>>
  readonly unpriced: readonly UnpricedModel[]
}

export interface AmountsReport {
  /** To be paid; null where it is known of none of the requests. */
  readonly usd: string | null
  /** The list value of what a subscription paid; null as above. */
  readonly includedUsd: string | null
  readonly requests: number
  readonly includedRequests: number
  /** In no amount, since the price is unknown. */
  readonly unpricedRequests: number
  /** In no count of tokens either. */
  readonly unmeteredRequests: number
  /** Counted in part, or estimated. */
  readonly uncertainRequests: number
  readonly failedRequests: number
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly output: number
  readonly webSearches: number
  readonly webFetches: number
}

export interface SavedReport {
  readonly usd: string
  readonly requests: number
  readonly unknownRequests: number
}

/** `timeZone` is the name of the one that was asked for. */
export function spentReport(
  { period, table, saved, refreshDate, behind }: SpentAnswer,
  timeZone: string,
): SpentReport {
  return {
    catalogueDate: CATALOGUE_DATE,
    refreshDate,
    behind,
    since: new Date(period.sinceMs).toISOString(),
    until: new Date(period.untilMs).toISOString(),
    timeZone,
    by: table.by,
    split: table.split,
    rows: table.rows.map((row) => ({ key: row.key, split: row.split, ...amountsReport(row) })),
    total: amountsReport(table.total),
    series: table.series.map(({ period: name, picoUsd }) => ({ period: name, usd: usd(picoUsd) })),
    saved: { failover: savedReport(saved.failover), limit: savedReport(saved.limit) },
    unpriced: table.unpriced,
  }
}

/** The sum to be paid and the list value, or null where nothing of it is known. */
export function knownAmounts(row: SpentAmounts): {
  readonly paid: bigint | null
  readonly included: bigint | null
} {
  const paid = row.attempts - row.included
  return {
    paid: paid > 0 && row.unpriced === paid ? null : row.picoUsd,
    included:
      row.included > 0 && row.includedUnpriced === row.included ? null : row.includedPicoUsd,
  }
}

const CSV_COLUMNS = [
  'usd',
  'includedUsd',
  'requests',
  'includedRequests',
  'unpricedRequests',
  'unmeteredRequests',
  'uncertainRequests',
  'failedRequests',
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'webSearches',
  'webFetches',
] as const satisfies readonly (keyof AmountsReport)[]

/** With a header; what is unknown is written out, so that it is not read as 0. */
export function spentCsv({ by, rows }: SpentReport): string {
  const lines = rows.map((row) =>
    [csvField(row.key ?? ''), ...CSV_COLUMNS.map((column) => row[column] ?? 'unknown')].join(','),
  )
  return [[by, ...CSV_COLUMNS].join(','), ...lines, ''].join('\n')
}

/** Exact to the last digit. */
export function usd(picoUsd: bigint): string {
  return toDecimalString(usdOf(picoUsd), 2)
}

export function amountsReport(row: SpentAmounts): AmountsReport {
  const { paid, included } = knownAmounts(row)
  return {
    usd: paid === null ? null : usd(paid),
    includedUsd: included === null ? null : usd(included),
    requests: row.attempts,
    includedRequests: row.included,
    unpricedRequests: row.unpriced + row.includedUnpriced,
    unmeteredRequests: row.unmetered,
    uncertainRequests: row.uncertain,
    failedRequests: row.failed,
    input: row.input,
    cacheRead: row.cacheRead,
    cacheWrite5m: row.cacheWrite5m,
    cacheWrite1h: row.cacheWrite1h,
    output: row.output,
    webSearches: row.webSearches,
    webFetches: row.webFetches,
  }
}

function savedReport({ picoUsd, requests, unknown }: SavedAmount): SavedReport {
  return { usd: usd(picoUsd), requests, unknownRequests: unknown }
}

/** RFC 4180; a formula is kept from a spreadsheet by a quote before it. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

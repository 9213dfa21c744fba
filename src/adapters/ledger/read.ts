import type { Mark } from '../../domain/ledger/attempt.ts'
import type { AttemptQuery, Metered, Query, Spent, SpentQuery } from '../../domain/ledger/ledger.ts'
import type { Entry } from '../../domain/ledger/merge.ts'
import {
  DAY,
  fewestBuckets,
  quartersOf,
  QUARTERS_A_DAY,
  type Buckets,
  type Range,
} from '../../domain/ledger/spans.ts'
import { offsetSteps } from '../../domain/ledger/time-zone.ts'
import type { Database, Row, Value } from './database.ts'
import type { Dims } from './dims.ts'
import { ENTRY_VALUES, entryOf, picoUsdOf, usageOf } from './entries.ts'
import { SUMMED, totalsOf } from './totals.ts'

const DAY_MS = DAY * 60_000
const HOUR_QUARTERS = 4
const PAGE = 2000

export async function readSpent(
  database: Database,
  dims: Dims,
  query: SpentQuery,
): Promise<Spent[]> {
  await dims.load()
  const range = query.range ?? (await wholeRange(database))
  const condition = dimsCondition(dims, query)
  if (range === null || condition === null) return []
  const { per } = query
  const buckets = per === null ? fewestBuckets(range) : [quartersOf(range)]
  const period = per === null ? '0' : periodSql(per, offsetSteps(query.timeZone, range))
  const found: Spent[] = []
  for (const part of buckets) {
    const rows = await database.all(
      `select dims, mark, ${period} as period, ${SUMMED} from rollups
       where ${within(part)} ${condition} group by dims, mark, period having sum(attempts) > 0`,
    )
    for (const row of rows) found.push(spentOf(row, dims, per))
  }
  return found
}

/** The days that have any sum. */
async function wholeRange(database: Database): Promise<Range | null> {
  const [[first, last] = []] = await database.all(
    `select min(bucket), max(bucket) from rollups where span = ${DAY}`,
  )
  if (typeof first !== 'number' || typeof last !== 'number') return null
  return { sinceMs: first * DAY_MS, untilMs: (last + 1) * DAY_MS }
}

/** Numbers of our own stand in the text: as values SQLite would take them for fractions. */
function within({ span, from, to }: Buckets): string {
  return `span = ${span} and bucket >= ${from} and bucket < ${to}`
}

/** Null: nothing kept is like that. */
function dimsCondition(dims: Dims, { where }: Query): string | null {
  if (Object.keys(where).length === 0) return ''
  const ids = dims.matching(where)
  return ids.length === 0 ? null : `and dims in (${ids.join(',')})`
}

/** The number of the local hour or day, counted from 1970. */
function periodSql(per: 'hour' | 'day', steps: ReturnType<typeof offsetSteps>): string {
  const quarters = per === 'hour' ? HOUR_QUARTERS : QUARTERS_A_DAY
  const last = steps.at(-1)?.quarters ?? 0
  const cases = steps
    .slice(0, -1)
    .map((step) => `when bucket < ${step.until} then ${step.quarters}`)
  const offset = cases.length === 0 ? last : `case ${cases.join(' ')} else ${last} end`
  return `(bucket + ${offset}) / ${quarters}`
}

function spentOf(row: Row, dims: Dims, per: 'hour' | 'day' | null): Spent {
  const [id, mark, period] = row
  return {
    period: per === null ? null : periodName(per, Number(period)),
    dimensions: dims.get(Number(id)),
    mark: String(mark) as Mark,
    totals: totalsOf(row.slice(3)),
  }
}

function periodName(per: 'hour' | 'day', number: number): string {
  if (per === 'day') return new Date(number * DAY_MS).toISOString().slice(0, 10)
  return new Date(number * 3_600_000).toISOString().slice(0, 16)
}

/** Where a page ended, so that the next begins behind it; no reading holds the store for long. */
export interface Cursor {
  readonly startedAtMs: number
  readonly id: string
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Null: there is no more. */
  readonly next: Cursor | null
}

export async function readAttempts(
  database: Database,
  dims: Dims,
  query: AttemptQuery,
  after: Cursor | null,
): Promise<Page<Entry>> {
  const moved = query.movedOnly ? 'and moved_by is not null' : ''
  return await readPage(database, dims, { query, after, moved, columns: ENTRY_VALUES }, (row) =>
    entryOf(row, dims.get(Number(row[2]))),
  )
}

const METERED = `started_at, id, dims, mark, input, cache_read, cache_write_5m, cache_write_1h,
  output, web_searches, web_fetches, cast(pico_usd as text)`

export async function readMetered(
  database: Database,
  dims: Dims,
  query: Query,
  after: Cursor | null,
): Promise<Page<Metered>> {
  const page = { query, after, moved: '', columns: METERED }
  return await readPage(database, dims, page, (row) => ({
    dimensions: dims.get(Number(row[2])),
    mark: String(row[3]) as Mark,
    startedAtMs: Number(row[0]),
    usage: usageOf(row.slice(4, 11)),
    picoUsd: picoUsdOf(row[11]),
  }))
}

interface PageQuery {
  readonly query: Query
  readonly after: Cursor | null
  readonly moved: string
  /** The time and the id come first. */
  readonly columns: string
}

async function readPage<T>(
  database: Database,
  dims: Dims,
  { query, after, moved, columns }: PageQuery,
  read: (row: Row) => T,
): Promise<Page<T>> {
  await dims.load()
  const condition = dimsCondition(dims, query)
  if (condition === null) return { rows: [], next: null }
  const { sinceMs, untilMs } = query.range ?? { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER }
  const from: Value[] = after === null ? [sinceMs, ''] : [after.startedAtMs, after.id]
  const rows = await database.all(
    `select ${columns} from attempts
     where (started_at, id) > (?, ?) and started_at < ? ${condition} ${moved}
     order by started_at, id limit ${PAGE}`,
    [...from, untilMs],
  )
  const [startedAt, id] = rows.length < PAGE ? [] : (rows.at(-1) ?? [])
  const next = id === undefined ? null : { startedAtMs: Number(startedAt), id: String(id) }
  return { rows: rows.map(read), next }
}

import { ANSWERED, type Mark, type Move } from '../../domain/ledger/attempt.ts'
import type { Metered, Moved, MovedQuery, Query } from '../../domain/ledger/ledger.ts'
import type { Entry } from '../../domain/ledger/merge.ts'
import { DAY_MS, type Range } from '../../domain/ledger/spans.ts'
import type { Database, Row, Value } from './database.ts'
import { dimsCondition, type Dims } from './dims.ts'
import {
  COST_VALUES,
  ENTRY_VALUES,
  entryOf,
  picoUsdOf,
  PROMPT_COLUMNS,
  USAGE_COLUMNS,
  usageOf,
} from './entries.ts'
import { SUMMED_COSTS, summedPicoUsd } from './totals.ts'

const PAGE = 2000
const ALL_TIME: Range = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER }

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
  query: Query,
  after: Cursor | null,
): Promise<Page<Entry>> {
  const page = { query, after, columns: ENTRY_VALUES }
  return await readPage(database, dims, page, (row) => entryOf(row, dims.get(Number(row[2]))))
}

const PROMPT = PROMPT_COLUMNS.join(' + ')

/** Which counts there are, and what is unknown: a power of two for each that is so. */
const KNOWN = [...USAGE_COLUMNS.map((name) => `${name} > 0`), 'input is null', 'pico_usd is null']
  .map((condition, n) => `case when ${condition} then ${2 ** n} else 0 end`)
  .join(' + ')

/** Summed by the store, since it is many times as fast. All of it stands in the index of these. */
export async function readMoved(
  database: Database,
  dims: Dims,
  { range, where, promptBounds }: MovedQuery,
): Promise<Moved[]> {
  await dims.load()
  const condition = dimsCondition(dims, where)
  if (condition === null) return []
  const { sinceMs, untilMs } = range ?? ALL_TIME
  const aboveBound = ` + case when ${PROMPT} > ? then 1 else 0 end`
  const rows = await database.all(
    `select moved_by, model_asked, started_at / ${DAY_MS} as utc_day,
       0${aboveBound.repeat(promptBounds.length)} as band, ${KNOWN} as known,
       count(*), max(${PROMPT}), ${SUMMED_COSTS}
     from attempts
     where started_at >= ? and started_at < ? and moved_by is not null
       and outcome = '${ANSWERED}' ${condition}
     group by moved_by, model_asked, utc_day, band, known`,
    [...promptBounds, sinceMs, untilMs],
  )
  return rows.map((row) => ({
    movedBy: String(row[0]) as Move,
    modelAsked: row[1] === null ? null : String(row[1]),
    dayMs: Number(row[2]) * DAY_MS,
    requests: Number(row[5]),
    promptTokens: Number(row[6]),
    usage: usageOf(row.slice(7, 14)),
    picoUsd: summedPicoUsd(row.slice(14)),
  }))
}

export async function readMetered(
  database: Database,
  dims: Dims,
  query: Query,
  after: Cursor | null,
): Promise<Page<Metered>> {
  const page = { query, after, columns: `started_at, id, dims, mark, ${COST_VALUES}` }
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
  /** The time and the id come first. */
  readonly columns: string
}

async function readPage<T>(
  database: Database,
  dims: Dims,
  { query, after, columns }: PageQuery,
  read: (row: Row) => T,
): Promise<Page<T>> {
  await dims.load()
  const condition = dimsCondition(dims, query.where)
  if (condition === null) return { rows: [], next: null }
  const { sinceMs, untilMs } = query.range ?? ALL_TIME
  const from: Value[] = after === null ? [sinceMs, ''] : [after.startedAtMs, after.id]
  const rows = await database.all(
    `select ${columns} from attempts
     where (started_at, id) > (?, ?) and started_at < ? ${condition}
     order by started_at, id limit ${PAGE}`,
    [...from, untilMs],
  )
  const [startedAt, id] = rows.length < PAGE ? [] : (rows.at(-1) ?? [])
  const next = id === undefined ? null : { startedAtMs: Number(startedAt), id: String(id) }
  return { rows: rows.map(read), next }
}

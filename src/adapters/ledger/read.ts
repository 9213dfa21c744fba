import { ANSWERED, type Mark, type Move } from '../../domain/ledger/attempt.ts'
import type { Metered, Moved, Query } from '../../domain/ledger/ledger.ts'
import type { Entry } from '../../domain/ledger/merge.ts'
import type { Database, Row, Value } from './database.ts'
import { dimsCondition, type Dims } from './dims.ts'
import { ENTRY_VALUES, entryOf, picoUsdOf, usageOf } from './entries.ts'

const PAGE = 2000

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
  const page = { query, after, only: '', columns: ENTRY_VALUES }
  return await readPage(database, dims, page, (row) => entryOf(row, dims.get(Number(row[2]))))
}

const COUNTS = `input, cache_read, cache_write_5m, cache_write_1h, output, web_searches,
  web_fetches, cast(pico_usd as text)`

/** All that it reads stands in the index of these. */
export async function readMoved(
  database: Database,
  dims: Dims,
  query: Query,
  after: Cursor | null,
): Promise<Page<Moved>> {
  const only = `and moved_by is not null and outcome = '${ANSWERED}'`
  const page = { query, after, only, columns: `started_at, id, moved_by, model_asked, ${COUNTS}` }
  return await readPage(database, dims, page, (row) => ({
    startedAtMs: Number(row[0]),
    movedBy: String(row[2]) as Move,
    modelAsked: row[3] === null ? null : String(row[3]),
    usage: usageOf(row.slice(4, 11)),
    picoUsd: picoUsdOf(row[11]),
  }))
}

export async function readMetered(
  database: Database,
  dims: Dims,
  query: Query,
  after: Cursor | null,
): Promise<Page<Metered>> {
  const page = { query, after, only: '', columns: `started_at, id, dims, mark, ${COUNTS}` }
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
  /** A further condition. */
  readonly only: string
  /** The time and the id come first. */
  readonly columns: string
}

async function readPage<T>(
  database: Database,
  dims: Dims,
  { query, after, only, columns }: PageQuery,
  read: (row: Row) => T,
): Promise<Page<T>> {
  await dims.load()
  const condition = dimsCondition(dims, query.where)
  if (condition === null) return { rows: [], next: null }
  const { sinceMs, untilMs } = query.range ?? { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER }
  const from: Value[] = after === null ? [sinceMs, ''] : [after.startedAtMs, after.id]
  const rows = await database.all(
    `select ${columns} from attempts
     where (started_at, id) > (?, ?) and started_at < ? ${condition} ${only}
     order by started_at, id limit ${PAGE}`,
    [...from, untilMs],
  )
  const [startedAt, id] = rows.length < PAGE ? [] : (rows.at(-1) ?? [])
  const next = id === undefined ? null : { startedAtMs: Number(startedAt), id: String(id) }
  return { rows: rows.map(read), next }
}

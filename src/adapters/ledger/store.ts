import type { LogCursor } from '../../domain/costs/logs/batch.ts'
import type { Attempt } from '../../domain/ledger/attempt.ts'
import type {
  Imported,
  LogPlaces,
  Metered,
  Moved,
  MovedQuery,
  Query,
  Spent,
  SpentQuery,
} from '../../domain/ledger/ledger.ts'
import { newEntry, type Entry } from '../../domain/ledger/merge.ts'
import type { Database } from './database.ts'
import { openDims, type Dims } from './dims.ts'
import { lease, type Lease, type LeaseRequest } from './leases.ts'
import type { StorePlace } from './place.ts'
import { readPlaces, writePlaces } from './places.ts'
import { putEntries } from './put.ts'
import { readAttempts, readMetered, readMoved, type Cursor, type Page } from './read.ts'
import { readSpent } from './read-spent.ts'
import { keptSinceMs, prune } from './retention.ts'
import { migrate } from './schema.ts'
import { describePlace, storeProblem } from './store-problem.ts'

/** Everything that is asked of the database, of either kind. What fails can be done again. */
export interface Store {
  /** Sane ones, and with them where the logs that they are from were read to. */
  put(attempts: readonly Attempt[], machine: string, places?: LogPlaces): Promise<Imported>
  places(machine: string): Promise<LogCursor>
  spent(query: SpentQuery): Promise<Spent[]>
  attempts(query: Query, after: Cursor | null): Promise<Page<Entry>>
  moved(query: MovedQuery): Promise<Moved[]>
  metered(query: Query, after: Cursor | null): Promise<Page<Metered>>
  lease(request: LeaseRequest): Promise<Lease>
  prune(days: number, nowMs: number): Promise<void>
  close(): Promise<void>
}

/** What an import is fast with: it adds at random places of its index of ids. */
const CACHE_KB = 24_000

/** @throws LlmselError `io`, or `conflict` for a ledger from a newer version, which stays as it is. */
export async function openStore(place: StorePlace, cacheKb = CACHE_KB): Promise<Store> {
  const database = await openDatabase(place, cacheKb).catch((cause: unknown) => {
    throw storeProblem(cause, place)
  })
  const dims = openDims(database)
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return await result.catch((cause: unknown) => {
      // A transaction that was undone may have added some.
      dims.forget()
      throw storeProblem(cause, place)
    })
  }
  const read = async <T>(work: () => Promise<T>) =>
    await inTurn(async () => await database.snapshot(work))
  const close = async () => await database.close()
  await inTurn(async () => await migrate(database, describePlace(place))).catch(
    async (cause: unknown) => {
      await close().catch(() => {})
      throw cause
    },
  )
  return {
    put: async (attempts, machine, places = new Map()) =>
      await inTurn(async () =>
        database.transaction(async () => {
          await writePlaces(database, machine, places)
          return await put(database, dims, attempts, machine)
        }),
      ),
    places: async (machine) => await inTurn(async () => await readPlaces(database, machine)),
    spent: async (query) => await read(async () => await readSpent(database, dims, query)),
    attempts: async (query, after) =>
      await read(async () => await readAttempts(database, dims, query, after)),
    moved: async (query) => await read(async () => await readMoved(database, dims, query)),
    metered: async (query, after) =>
      await read(async () => await readMetered(database, dims, query, after)),
    lease: async (request) =>
      await inTurn(async () =>
        database.transaction(async () => await lease(database, dims, request)),
      ),
    prune: async (days, nowMs) => await inTurn(async () => await prune(database, days, nowMs)),
    close: async () => await inTurn(close),
  }
}

/** Within a transaction. */
async function put(
  database: Database,
  dims: Dims,
  attempts: readonly Attempt[],
  machine: string,
): Promise<Imported> {
  const sinceMs = await keptSinceMs(database)
  const entries = attempts
    .filter(({ startedAtMs }) => startedAtMs >= sinceMs)
    .map((attempt) => newEntry(attempt, machine))
  const { added, changed } = await putEntries(database, dims, entries)
  const known = entries.length - added - changed
  return { added, changed, known, refused: attempts.length - entries.length }
}

/** Each package is loaded where it is used: a person has one of them only. */
async function openDatabase(place: StorePlace, cacheKb: number): Promise<Database> {
  if ('url' in place) {
    const { openPostgres } = await import('./postgres.ts')
    return await openPostgres(place.url)
  }
  const { openSqlite } = await import('./sqlite.ts')
  return openSqlite(place.path, cacheKb)
}

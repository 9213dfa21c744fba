import { statSync } from 'node:fs'
import type { LogCursor } from '../../domain/costs/logs/batch.ts'
import type { LogRecord } from '../../domain/costs/logs/record.ts'
import type { Attempt } from '../../domain/ledger/attempt.ts'
import {
  sumImported,
  type Imported,
  type LogPlaces,
  type Metered,
  type Moved,
  type MovedQuery,
  type Query,
  type Spent,
  type SpentQuery,
} from '../../domain/ledger/ledger.ts'
import { loggedAttempt, type LogTerms } from '../../domain/ledger/logged-attempt.ts'
import type { Entry } from '../../domain/ledger/merge.ts'
import { saneAttempt } from '../../domain/ledger/sane.ts'
import { drainFinished, ownDrain, type Drained } from './journal-drain.ts'
import type { Lease, LeaseRequest } from './leases.ts'
import type { Cursor, Page } from './read.ts'
import { putEach } from './put-each.ts'
import { storeProblem } from './store-problem.ts'
import type { StorePlace } from './place.ts'
import { openStore, type Store } from './store.ts'

const LOOK_AROUND_EVERY_MS = 60_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 15_000

export interface ServiceOptions {
  readonly place: StorePlace
  /** The folder of the journals. */
  readonly folder: string
  /** Of this process's own journal. */
  readonly owner: string
  readonly machine: string
  /** Null: everything is kept. */
  readonly retentionDays: number | null
  /** Of the embedded database; null: as much as an import is fast with. */
  readonly cacheKb: number | null
}

/** Of the own journal, since the last report. */
export interface DrainReport extends Drained {
  /** Null: all that was written is stored. */
  readonly problem: string | null
  /** Of any journal, stored without their price. */
  readonly unpriced: number
}

/** What the thread of the store does for the others; all that passes can be copied to it and back. */
export interface Service {
  drain(): Promise<DrainReport>
  /** `isComplete`: nothing is open, so that nothing of the journal is needed any more. */
  close(isComplete: boolean): Promise<DrainReport>
  /** As from the journal, which could not be written. */
  put(attempts: readonly Attempt[]): Promise<void>
  /**
   * Of the logs that were read to those places. Once one was not kept, no later one is: its places lie
   * behind what is missing, which nobody would read again.
   */
  putLogged(records: readonly LogRecord[], places: LogPlaces, terms: LogTerms): Promise<Imported>
  places(): Promise<LogCursor>
  spent(query: SpentQuery): Promise<readonly Spent[]>
  attempts(query: Query, after: Cursor | null): Promise<Page<Entry>>
  moved(query: MovedQuery): Promise<Moved[]>
  metered(query: Query, after: Cursor | null): Promise<Page<Metered>>
  lease(request: LeaseRequest): Promise<Lease>
}

export function openService(options: ServiceOptions): Service {
  const { folder, owner, machine, place, retentionDays, cacheKb } = options
  const connection = connect(place, cacheKb)
  const ended = putEnded(connection, machine)
  const own = ownDrain(folder, owner, ended.put)
  let lookedAroundAt = Number.NEGATIVE_INFINITY
  const lookAround = async () => {
    if (performance.now() - lookedAroundAt < LOOK_AROUND_EVERY_MS) return
    await drainFinished(folder, owner, ended.put)
    if (retentionDays !== null)
      await connection.use(async (store) => await store.prune(retentionDays, Date.now()))
    lookedAroundAt = performance.now()
  }
  let last: Promise<unknown> = Promise.resolve()
  /** What is wrong; null: nothing is. The report of what was stored is the owner's to ask for. */
  const bringIn = async (): Promise<string | null> => {
    const result = last.then(async () => {
      try {
        // Opens the store, so that what is wrong with it shows before there is anything to keep.
        await connection.use(async () => {})
        await own.drain()
        await lookAround()
        return null
      } catch (cause) {
        const { message, hint } = storeProblem(cause, place)
        return hint === null ? message : `${message}; ${hint}`
      }
    })
    last = result
    return await result
  }
  const drain = async (): Promise<DrainReport> => {
    const problem = await bringIn()
    return { ...own.takeDrained(), problem, unpriced: ended.takeUnpriced() }
  }
  const timer = setInterval(() => void bringIn(), LOOK_AROUND_EVERY_MS)
  return {
    drain,
    close: async (isComplete) => {
      clearInterval(timer)
      const report = await drain()
      if (isComplete && report.problem === null) own.remove()
      await connection.close()
      return report
    },
    put: async (attempts) => {
      await ended.put(attempts.flatMap((attempt) => saneAttempt(attempt) ?? []))
    },
    putLogged: puttingLogged(connection, machine),
    places: async () => await connection.use(async (store) => await store.places(machine)),
    ...readings(connection),
    // What ended before a crash must be known before more money is lent.
    lease: async (request) => {
      const problem = await bringIn()
      if (problem !== null) throw new Error(problem)
      return await connection.use(async (store) => await store.lease(request))
    },
  }
}

/** Of the journals' attempts, and how many were kept without their price since it was last asked for. */
function putEnded(connection: Connection, machine: string) {
  let unpriced = 0
  return {
    put: async (attempts: readonly Attempt[]) => {
      unpriced += await connection.use(
        async (store) => await putEach(async (some) => await store.put(some, machine), attempts),
      )
    },
    takeUnpriced: () => {
      const taken = unpriced
      unpriced = 0
      return taken
    },
  }
}

/** Only sane attempts are stored. */
function puttingLogged(connection: Connection, machine: string): Service['putLogged'] {
  let earlier: Promise<unknown> = Promise.resolve()
  const put = async (attempts: readonly Attempt[], places: LogPlaces): Promise<Imported> =>
    await connection.use(async (store) => {
      const parts: Imported[] = []
      // Behind places that are kept nothing is read again, so they come with what is last.
      await putEach(
        async (some, isLast) =>
          parts.push(await store.put(some, machine, isLast ? places : undefined)),
        attempts,
      )
      return parts.reduce(sumImported)
    })
  return async (records, places, terms) => {
    const attempts = records.map((record) => loggedAttempt(record, terms))
    const sane = attempts.flatMap((attempt) => saneAttempt(attempt) ?? [])
    const kept = earlier.then(async () => await put(sane, places))
    earlier = kept
    const { refused, ...rest } = await kept
    return { ...rest, refused: refused + attempts.length - sane.length }
  }
}

function readings(
  connection: Connection,
): Pick<Service, 'spent' | 'attempts' | 'moved' | 'metered'> {
  return {
    spent: async (query) => await connection.read(async (store) => await store.spent(query)),
    attempts: async (query, after) =>
      await connection.read(async (store) => await store.attempts(query, after)),
    moved: async (query) => await connection.read(async (store) => await store.moved(query)),
    metered: async (query, after) =>
      await connection.read(async (store) => await store.metered(query, after)),
  }
}

interface Connection {
  use<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** That something cannot be read says nothing of what is to be kept: only this fails. */
  read<T>(work: (store: Store) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Opened {
  readonly store: Store
  readonly inode: bigint | null
}

/** Opened when it is needed, and again after a failure, with growing pauses. */
function connect(place: StorePlace, cacheKb: number | null): Connection {
  let opened: Promise<Opened> | null = null
  let failure: { readonly cause: unknown; readonly untilMs: number } | null = null
  let pauseMs = FIRST_PAUSE_MS
  const leave = async () => {
    const present = opened
    opened = null
    await present?.then(({ store }) => store.close()).catch(() => {})
  }
  const current = async (): Promise<Store> => {
    const { store, inode } = await (opened ??= open(place, cacheKb))
    // Somebody may have moved the file away; what is written to it then is lost to everybody.
    if (inode === inodeOf(place)) return store
    await leave()
    return (await (opened ??= open(place, cacheKb))).store
  }
  const fail = async (cause: unknown): Promise<never> => {
    failure = { cause, untilMs: performance.now() + pauseMs }
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    await leave()
    throw cause
  }
  const ready = async (): Promise<Store> => {
    if (failure !== null && performance.now() < failure.untilMs) throw failure.cause
    return await current().catch(fail)
  }
  return {
    use: async (work) => {
      const result = await work(await ready()).catch(fail)
      failure = null
      pauseMs = FIRST_PAUSE_MS
      return result
    },
    read: async (work) =>
      await work(await ready()).catch(async (cause: unknown) => {
        await leave()
        throw cause
      }),
    close: leave,
  }
}

async function open(place: StorePlace, cacheKb: number | null): Promise<Opened> {
  return { store: await openStore(place, cacheKb ?? undefined), inode: inodeOf(place) }
}

function inodeOf(place: StorePlace): bigint | null {
  if ('url' in place) return null
  return statSync(place.path, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

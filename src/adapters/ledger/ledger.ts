import type { Ledger } from '../../domain/ledger/ledger.ts'
import type { LimitOn, Warning } from '../../domain/ledger/limits.ts'
import { newOwner } from './journal-files.ts'
import { openJournal, type Journal } from './journal.ts'
import { openLimiter } from './limiter.ts'
import { journalFolder, machineName, placeOf, type StorePlace } from './place.ts'
import { readerOf } from './pages.ts'
import type { Service } from './service.ts'
import { reasonOf } from '../../domain/errors.ts'
import { sumProblem } from './store-problem.ts'
import { openThread } from './thread.ts'

const DRAIN_AFTER_MS = 200
const RETRY_AFTER_MS = 1000
/** Of all files together: half a million attempts. */
const BOUNDS = { fileBytes: 4 << 20, maxBytes: 256 << 20, maxUnwritten: 10_000 }
/** Of the unwritten, in one transaction. */
const AT_ONCE = 1000
/** What is added goes to the ends of the indexes. */
const CACHE_KB = 4000

export interface LedgerOptions {
  /** llmsel's state folder. */
  readonly state: string
  /** Of PostgreSQL; null: a database of its own in the state folder. */
  readonly url: string | null
  /** Null: everything is kept. */
  readonly retentionDays: number | null
  /** The bundle of `worker.ts`. */
  readonly script: string
  readonly timeZone: string
  onWarning(on: LimitOn, warning: Warning): void
}

/** The gateway's ledger. @throws LlmselError `usage` for a URL that is none. */
export function openLedger(options: LedgerOptions): Ledger {
  const place = placeOf(options.state, options.url)
  const folder = journalFolder(options.state)
  const machine = machineName(folder)
  const owner = newOwner()
  const { retentionDays, script, timeZone } = options
  const store = { place, retentionDays, cacheKb: CACHE_KB }
  const thread = openThread(script, { folder, owner, machine, ...store })
  const { service } = thread
  const journal = openJournal({ folder, owner, ...BOUNDS, nowMs: () => Date.now() })
  const written = writes(journal)
  const drain = drains(service, journal)
  void drain.now()
  return {
    // Not async, so that all who wait for a write wait for one promise.
    begin: (start, estimate) => {
      journal.begin(start, estimate)
      return written()
    },
    end: (attempt) => {
      journal.end(attempt)
      drain.soon()
      return written()
    },
    write: () => journal.write(),
    limits: openLimiter({
      machine,
      timeZone,
      nowMs: () => Date.now(),
      steadyMs: () => performance.now(),
      lease: async (request) => await service.lease(request),
      onWarning: (on, warning) => options.onWarning(on, warning),
    }),
    reader: readerOf(service, async () => {}),
    health: () => {
      const { lost } = journal.state()
      const unwritten = journal.unwritten().length
      const problem = drain.problem() ?? unpricedText(drain.unpriced(), place)
      return { problem, waiting: drain.waiting(), unwritten, lost }
    },
    flush: async () => {
      const { ended } = journal.state()
      await drain.now()
      const since = journal.state().ended - ended
      return drain.problem() === null && drain.waiting() <= since
    },
    close: async () => {
      drain.stop()
      await drain.now()
      journal.close()
      const ended = thread.ended()
      await service.close(journal.open() === 0).catch(() => null)
      await ended
    },
  }
}

/**
 * At the end of this turn of the event loop, for all that it reads: a write of each costs more. Where
 * nothing else is on its way there is nothing to wait for.
 */
function writes(journal: Journal): () => Promise<void> {
  const done = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    if (journal.open() <= 1) {
      journal.write()
      return done
    }
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = null
        journal.write()
        resolve()
      })
    })
    return next
  }
}

/** What keeps nothing back, and is to be known all the same; null: nothing is. */
function unpricedText(count: number, place: StorePlace): string | null {
  if (count === 0) return null
  const what = count === 1 ? '1 attempt is' : `${count} attempts are`
  return `${what} kept without a price: ${sumProblem(place)}`
}

interface Drains {
  /** In a moment, together with what ends until then. */
  soon(): void
  now(): Promise<void>
  stop(): void
  problem(): string | null
  /** Ended attempts that are not stored. */
  waiting(): number
  /** Attempts that are stored without their price. */
  unpriced(): number
}

function drains(service: Service, journal: Journal): Drains {
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  let problem: string | null = null
  let [stored, unpriced] = [0, 0]
  let last: Promise<void> = Promise.resolve()
  const schedule = (afterMs: number) => {
    if (!isStopped) timer ??= setTimeout(() => void now(), afterMs).unref()
  }
  const store = async () => {
    journal.write()
    journal.retry()
    const { number } = journal.state()
    const report = await service.drain()
    problem = report.problem
    stored += report.attempts
    unpriced += report.unpriced
    journal.drained(report.bytes)
    // Somebody has removed the file.
    if (number !== null && (report.newest ?? 0) < number) journal.renew()
    while (problem === null && journal.unwritten().length > 0) {
      const some = journal.unwritten().slice(0, AT_ONCE)
      await service.put(some)
      journal.forget(some.length)
      stored += some.length
    }
  }
  const now = async () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    last = last.then(store).catch((cause: unknown) => {
      problem = reasonOf(cause)
    })
    await last
    if (problem !== null) schedule(RETRY_AFTER_MS)
  }
  return {
    soon: () => {
      schedule(DRAIN_AFTER_MS)
    },
    now,
    stop: () => {
      isStopped = true
    },
    problem: () => problem ?? journal.state().problem,
    unpriced: () => unpriced,
    waiting: () => Math.max(0, journal.state().ended - journal.state().lost - stored),
  }
}

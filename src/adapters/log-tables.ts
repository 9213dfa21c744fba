import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import Libsql from 'libsql'
import type { LogBatch, LogCursor } from '../domain/costs/logs/batch.ts'
import { objectAt } from '../domain/costs/logs/fields.ts'
import {
  foundIn,
  type Found,
  type LogLines,
  type TableFormat,
} from '../domain/costs/logs/format.ts'
import type { LogDatabase } from '../domain/costs/logs/places.ts'
import { withoutCopies, type LogRecord } from '../domain/costs/logs/record.ts'
import { reasonOf } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'

const BATCH_ROWS = 2000
/** The agent itself writes to it. */
const BUSY_TIMEOUT_MS = 3000

/** Read again each time: a clock that is set back makes a later change look like an earlier one. */
const OVERLAP_MS = 24 * 60 * 60 * 1000

/**
 * What an agent's database has that `cursor` does not cover, as `readAgentLogs` has it of files, and
 * what changed in the day before. A row that is dated in the future covers nothing.
 */
export async function* readAgentTable(
  { path, format }: LogDatabase,
  cursor: LogCursor,
  nowMs: number,
): AsyncGenerator<LogBatch> {
  const stats = statSync(path, { throwIfNoEntry: false })
  // It may come back, and what was read of it is not told by ids alone.
  if (stats === undefined) return
  const inode = `${stats.dev}:${stats.ino}`
  const log = format.open(objectAt(cursor[path] ?? {}, 'state'))
  let database: Libsql.Database | null = null
  try {
    database = new Libsql(path, { timeout: BUSY_TIMEOUT_MS })
    database.exec('pragma query_only = 1')
    for (const part of partsOf(database, { format, log }, coveredMs(cursor[path], inode))) {
      const changed = Math.min(part.changedMs, nowMs)
      const place = { inode, changed, state: log.state() }
      const { records, unreadable } = part
      yield batchOf({ records, unreadable, places: new Map([[path, place]]) })
      await setImmediate()
    }
  } catch (error) {
    yield batchOf({ skipped: [{ path, reason: reasonOf(error) }] })
  } finally {
    database?.close()
  }
}

function coveredMs(place: JsonObject | undefined, inode: string): number {
  const changed = place?.['inode'] === inode ? place['changed'] : 0
  return typeof changed === 'number' ? changed : 0
}

interface Part extends Found {
  /** The last change so far. */
  readonly changedMs: number
}

function* partsOf(
  database: Libsql.Database,
  { format, log }: { readonly format: TableFormat; readonly log: LogLines },
  coveredMs: number,
): Generator<Part> {
  let records: LogRecord[] = []
  let [rows, unreadable, changedMs] = [0, 0, coveredMs]
  const since = format.sinceOf(Math.max(0, coveredMs - OVERLAP_MS))
  for (const row of database.prepare(format.query).iterate([since])) {
    // By column, as texts, numbers and nulls.
    const values = row as JsonObject
    const [found, atMs] = [foundIn([log.read(values)]), format.changedMs(values) ?? 0]
    records.push(...found.records)
    // What was covered has been counted.
    if (atMs > coveredMs) unreadable += found.unreadable
    changedMs = Math.max(changedMs, atMs)
    if (++rows % BATCH_ROWS !== 0) continue
    yield { records, unreadable, changedMs }
    records = []
    unreadable = 0
  }
  yield { records, unreadable, changedMs }
}

function batchOf(part: Partial<LogBatch>): LogBatch {
  const { records = [], unreadable = 0, places = new Map(), skipped = [] } = part
  return {
    records: withoutCopies(records),
    places,
    skipped,
    unreadable,
    readBytes: 0,
    totalBytes: 0,
  }
}

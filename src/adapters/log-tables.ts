import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import Libsql from 'libsql'
import type { LogBatch, LogCursor } from '../domain/costs/logs/batch.ts'
import type { TableFormat } from '../domain/costs/logs/format.ts'
import type { LogDatabase } from '../domain/costs/logs/places.ts'
import { withoutCopies, type LogRecord } from '../domain/costs/logs/record.ts'
import { reasonOf } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'

const BATCH_ROWS = 2000
/** The agent itself writes to it. */
const BUSY_TIMEOUT_MS = 3000

/**
 * What an agent's database has that `cursor` does not cover, as `readAgentLogs` has it of files. What
 * changed at the very moment at which reading stopped is read again.
 */
export async function* readAgentTable(
  { path, format }: LogDatabase,
  cursor: LogCursor,
): AsyncGenerator<LogBatch> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) {
    const isKnown = cursor[path] !== undefined
    yield batchOf({ places: isKnown ? new Map([[path, null]]) : new Map() })
    return
  }
  const inode = `${stats.dev}:${stats.ino}`
  let database: Libsql.Database | null = null
  try {
    database = new Libsql(path, { timeout: BUSY_TIMEOUT_MS })
    database.exec('pragma query_only = 1')
    for (const part of partsOf(database, format, startOf(format, cursor[path], inode))) {
      yield batchOf({
        records: part.records,
        places: new Map([[path, { inode, changed: part.changed }]]),
      })
      await setImmediate()
    }
  } catch (error) {
    yield batchOf({ skipped: [{ path, reason: reasonOf(error) }] })
  } finally {
    database?.close()
  }
}

type Changed = number | string

function startOf({ start }: TableFormat, place: JsonObject | undefined, inode: string): Changed {
  const changed = place?.['inode'] === inode ? place['changed'] : start
  return typeof changed === typeof start &&
    (typeof changed === 'string' || typeof changed === 'number')
    ? changed
    : start
}

interface Part {
  readonly records: readonly LogRecord[]
  /** Of the last row. */
  readonly changed: Changed
}

function* partsOf(database: Libsql.Database, format: TableFormat, since: Changed): Generator<Part> {
  let records: LogRecord[] = []
  let [rows, changed] = [0, since]
  for (const row of database.prepare(format.query).iterate([since])) {
    // By column, as texts, numbers and nulls.
    const values = row as JsonObject
    records.push(...format.read(values))
    const at = values[format.changed]
    if (typeof at === 'number' || typeof at === 'string') changed = at
    if (++rows % BATCH_ROWS !== 0) continue
    yield { records, changed }
    records = []
  }
  yield { records, changed }
}

function batchOf(part: Partial<LogBatch>): LogBatch {
  const { records = [], places = new Map(), skipped = [] } = part
  return {
    records: withoutCopies(records),
    places,
    skipped,
    unreadable: 0,
    readBytes: 0,
    totalBytes: 0,
  }
}

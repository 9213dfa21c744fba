import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs'
import { join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { LogBatch, LogCursor, SkippedLog } from '../domain/costs/logs/batch.ts'
import type { LogFormat } from '../domain/costs/logs/format.ts'
import { logDatabases, logPlaces, type LogPlace } from '../domain/costs/logs/places.ts'
import { withoutCopies, type LogRecord } from '../domain/costs/logs/record.ts'
import { reasonOf } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'
import type { AgentLogs, Env } from '../ports.ts'
import { hasCode } from './file-errors.ts'
import { newBytes, readLog, type Reading } from './log-files.ts'
import { optimize } from './optimizer.ts'

/** A batch ends when it has as many records, or has cost as much reading. */
const BATCH_RECORDS = 700
const BATCH_BYTES = 16 * 1024 * 1024
/** A quarter of a second of reading. */
const WORTH_OPTIMIZING_BYTES = 32 * 1024 * 1024

/** Of every agent, in the folders that its own variables name. */
export function openAgentLogs(env: Env): AgentLogs {
  const home = env['HOME'] ?? ''
  // Without a home nobody keeps logs anywhere that is known.
  const [files, databases] = home.startsWith('/')
    ? [logPlaces(env, home), logDatabases(env, home)]
    : [[], []]
  return {
    read: async function* (agent, cursor) {
      yield* readAgentLogs(
        files.filter((place) => place.agent === agent),
        cursor,
      )
      for (const database of databases.filter(({ format }) => format.agent === agent)) {
        const { readAgentTable } = await import('./log-tables.ts')
        yield* readAgentTable(database, cursor, Date.now())
      }
    },
  }
}

interface Log {
  readonly path: string
  readonly format: LogFormat
  /** To be read, as far as its size tells. */
  readonly bytes: number
}

/** A batch that is being filled. */
interface Filling {
  readonly records: LogRecord[]
  readonly places: Map<string, JsonObject | null>
  readonly skipped: SkippedLog[]
  unreadable: number
  bytes: number
}

/**
 * What the agents' logs have that `cursor` does not cover, in batches; ends when all is read. Whoever
 * stops between two batches loses nothing, and what else the process has to do is done there. A file
 * that has shrunk or is another one is read from its beginning: the ids tell what was there before.
 */
export async function* readAgentLogs(
  places: readonly LogPlace[],
  cursor: LogCursor,
): AsyncGenerator<LogBatch> {
  const skipped: SkippedLog[] = []
  const logs = places.flatMap((place) => logsIn(place, cursor, skipped))
  const totalBytes = logs.reduce((sum, { bytes }) => sum + bytes, 0)
  const gone = goneFrom(places, cursor, logs)
  optimize(totalBytes >= WORTH_OPTIMIZING_BYTES)
  try {
    yield* batchesOf({ ...emptyBatch(), skipped }, { logs, gone, totalBytes, cursor })
  } finally {
    optimize(true)
  }
}

function goneFrom(places: readonly LogPlace[], cursor: LogCursor, logs: readonly Log[]): string[] {
  const found = new Set(logs.map(({ path }) => path))
  return Object.keys(cursor).filter(
    (path) => !found.has(path) && places.some(({ folder }) => path.startsWith(`${folder}/`)),
  )
}

interface Listed {
  readonly logs: readonly Log[]
  /** Known to the cursor, and there no more. */
  readonly gone: readonly string[]
  readonly totalBytes: number
  readonly cursor: LogCursor
}

async function* batchesOf(
  first: Filling,
  { logs, gone, totalBytes, cursor }: Listed,
): AsyncGenerator<LogBatch> {
  let filling = first
  let readBytes = 0
  for (const { path, format } of logs) {
    try {
      for (const reading of readLog(path, format, cursor[path])) {
        readBytes += reading.bytes
        fill(filling, path, reading)
        if (!isFull(filling)) continue
        yield finished(filling, { readBytes, totalBytes })
        filling = emptyBatch()
        await setImmediate()
      }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) filling.skipped.push({ path, reason: reasonOf(error) })
    }
  }
  for (const path of gone) filling.places.set(path, null)
  yield finished(filling, { readBytes: totalBytes, totalBytes })
}

function logsIn(place: LogPlace, cursor: LogCursor, skipped: SkippedLog[]): readonly Log[] {
  return filesBelow(place.folder, { skipped, seen: new Set() }).flatMap((path) => {
    const format = place.formatOf(relative(place.folder, path))
    const stats = format === null ? undefined : statSync(path, { throwIfNoEntry: false })
    if (format === null || stats === undefined) return []
    return [{ path, format, bytes: newBytes(format, stats, cursor[path]) }]
  })
}

interface Walk {
  readonly skipped: SkippedLog[]
  /** Of folders: a link may lead to one that was listed, or back. */
  readonly seen: Set<string>
}

/**
 * In the order of their paths, so that a session stands before what branched off it later; what links
 * lead to comes after the rest of its folder.
 */
function filesBelow(folder: string, walk: Walk): readonly string[] {
  let entries: Dirent[]
  try {
    const { dev, ino } = statSync(folder)
    if (walk.seen.has(`${dev}:${ino}`)) return []
    walk.seen.add(`${dev}:${ino}`)
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const isGone = hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')
    if (!isGone) walk.skipped.push({ path: folder, reason: reasonOf(error) })
    return []
  }
  const byName = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return [
    ...byName.filter((entry) => !entry.isSymbolicLink()),
    ...byName.filter((entry) => entry.isSymbolicLink()),
  ].flatMap((entry) => {
    const path = join(folder, entry.name)
    const found = entry.isSymbolicLink() ? behindLink(path, walk) : entry
    if (found?.isDirectory() === true) return filesBelow(path, walk)
    return found?.isFile() === true ? [path] : []
  })
}

function behindLink(path: string, { skipped }: Walk): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    skipped.push({ path, reason: reasonOf(error) })
    return undefined
  }
}

function emptyBatch(): Filling {
  return { records: [], places: new Map(), skipped: [], unreadable: 0, bytes: 0 }
}

function fill(filling: Filling, path: string, reading: Reading): void {
  filling.records.push(...reading.records)
  filling.places.set(path, reading.place)
  filling.unreadable += reading.unreadable
  filling.bytes += reading.bytes
}

function isFull({ records, bytes }: Filling): boolean {
  return records.length >= BATCH_RECORDS || bytes >= BATCH_BYTES
}

function finished(
  { records, places, skipped, unreadable }: Filling,
  { readBytes, totalBytes }: Pick<LogBatch, 'readBytes' | 'totalBytes'>,
): LogBatch {
  const read = Math.min(readBytes, totalBytes)
  return {
    records: withoutCopies(records),
    places,
    unreadable,
    skipped,
    readBytes: read,
    totalBytes,
  }
}

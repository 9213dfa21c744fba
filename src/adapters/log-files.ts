import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs'
import { basename, extname } from 'node:path'
import { textAt } from '../domain/costs/logs/fields.ts'
import type { DocumentFormat, Found, LineFormat, LogFormat } from '../domain/costs/logs/format.ts'
import { isObject, parsedObject, type JsonObject } from '../domain/json.ts'
import { lineReader, wholeLines } from './log-lines.ts'

/** A conversation is far smaller; what is read as a whole has to fit into memory. */
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024

/** So many bytes before the place tell whether the file is the one that was read. */
const CHECKED_BYTES = 256

const UNREADABLE: Found = { records: [], unreadable: 1 }

export interface Reading extends Found {
  /** Where it stopped; plain JSON. */
  readonly place: JsonObject
  /** Bytes of the file behind it. */
  readonly bytes: number
}

/** How much there is to read, as far as the sizes tell. */
export function newBytes(format: LogFormat, stats: Stats, place: JsonObject | undefined): number {
  if (place === undefined || place['inode'] !== inodeOf(stats)) return stats.size
  const before = place['bytes']
  if (typeof before !== 'number' || before > stats.size) return stats.size
  if (format.kind === 'lines') return stats.size - before
  return place['changedMs'] === stats.mtimeMs && before === stats.size ? 0 : stats.size
}

/** @throws what the file system throws, and RangeError where the file is too large. */
export function* readLog(
  path: string,
  format: LogFormat,
  place: JsonObject | undefined,
): Generator<Reading> {
  const file = openSync(path, 'r')
  try {
    const open: OpenLog = { file, stats: fstatSync(file), stem: basename(path, extname(path)) }
    if (format.kind === 'lines') yield* readLines(open, format, place)
    else yield* readDocument(open, format, place)
  } finally {
    closeSync(file)
  }
}

interface OpenLog {
  readonly file: number
  readonly stats: Stats
  readonly stem: string
}

function* readLines(
  { file, stats, stem }: OpenLog,
  format: LineFormat,
  place: JsonObject | undefined,
): Generator<Reading> {
  const inode = inodeOf(stats)
  const from = resumable(file, inode, place)
  const log = format.open({ stem }, from.state)
  const read = lineReader(format)
  let before = from.bytes
  for (const { bytes, end, lost } of wholeLines(file, before, format.marks)) {
    const { records, unreadable } = read(bytes, log)
    const place = { inode, bytes: end, check: checkAt(file, end), state: log.state() }
    yield { records, unreadable: unreadable + lost, place, bytes: end - before }
    before = end
  }
}

/** The place where the file is read on: its beginning, unless it is the file that was read before. */
function resumable(
  file: number,
  inode: string,
  place: JsonObject | undefined,
): { readonly bytes: number; readonly state: JsonObject | null } {
  const start = { bytes: 0, state: null }
  if (place === undefined || place['inode'] !== inode) return start
  const { bytes, state } = place
  if (typeof bytes !== 'number' || bytes <= 0 || !isObject(state)) return start
  return checkAt(file, bytes) === textAt(place, 'check') ? { bytes, state } : start
}

/** Of what stands before a place: the log's own text is not kept. */
function checkAt(file: number, end: number): string {
  const tail = Buffer.alloc(Math.min(CHECKED_BYTES, end))
  const count = readSync(file, tail, 0, tail.length, end - tail.length)
  return createHash('sha256').update(tail.subarray(0, count)).digest('hex').slice(0, 16)
}

function* readDocument(
  { file, stats, stem }: OpenLog,
  format: DocumentFormat,
  place: JsonObject | undefined,
): Generator<Reading> {
  if (newBytes(format, stats, place) === 0) return
  if (stats.size > MAX_DOCUMENT_BYTES) throw new RangeError('it is too large')
  const document = parsedObject(readFileSync(file, 'utf8'))
  yield {
    ...(document === null ? UNREADABLE : format.read(document, { stem })),
    place: { inode: inodeOf(stats), bytes: stats.size, changedMs: stats.mtimeMs },
    bytes: stats.size,
  }
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}

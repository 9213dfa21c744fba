import { readSync } from 'node:fs'
import { parsedObject, type JsonObject } from '../domain/json.ts'
import type {
  Answers,
  Found,
  LineFormat,
  ListPlace,
  LogLines,
} from '../domain/costs/logs/format.ts'
import { shapeReader } from '../domain/costs/logs/line-shapes.ts'
import type { LogRecord } from '../domain/costs/logs/record.ts'

/** What of a file is read at a time. */
export const PIECE_BYTES = 1024 * 1024

/** Such a line is a picture or a file's whole content, and hardly ever an answer. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024

/** More than any mark has: one that stands across two pieces of a long line is found, too. */
const MARK_BYTES = 64

const NEWLINE = 0x0a

/** Whole lines of a file. */
export interface Piece {
  readonly bytes: Buffer
  /** Where the next one begins. */
  readonly end: number
  /** Lines with a mark before it that were too long. */
  readonly lost: number
}

/** Nobody reads into it now. A new one for each of many small files keeps the collector busy. */
let spare: Buffer | null = null

/**
 * The lines from a place on, without the last one where its end is yet to be written. A line that is
 * too long is passed over; `lost` counts those with a mark. A piece is good until the next is asked for.
 */
export function* wholeLines(
  file: number,
  from: number,
  marks: readonly string[],
): Generator<Piece> {
  const piece = spare ?? Buffer.allocUnsafe(PIECE_BYTES)
  spare = null
  try {
    yield* linesIn(piece, { file, from, marks })
  } finally {
    spare = piece
  }
}

interface Wanted {
  readonly file: number
  readonly from: number
  readonly marks: readonly string[]
}

function* linesIn(piece: Buffer, { file, from, marks }: Wanted): Generator<Piece> {
  let buffer = piece
  let [start, held, isTooLong, isLost] = [from, 0, false, false]
  const hasMark = (end: number) => marks.some((mark) => buffer.subarray(0, end).includes(mark))
  for (;;) {
    const count = readSync(file, buffer, held, buffer.length - held, start + held)
    if (count === 0) return
    const size = held + count
    const last = buffer.lastIndexOf(NEWLINE, size - 1)
    if (last >= 0) {
      const first = isTooLong ? buffer.indexOf(NEWLINE) + 1 : 0
      isLost ||= isTooLong && hasMark(first)
      yield { bytes: buffer.subarray(first, last + 1), end: start + last + 1, lost: Number(isLost) }
      isTooLong = false
      isLost = false
      held = buffer.copy(buffer, 0, last + 1, size)
      start += last + 1
    } else if (isTooLong || size >= MAX_LINE_BYTES) {
      isTooLong = true
      isLost ||= hasMark(size)
      held = buffer.copy(buffer, 0, size - MARK_BYTES, size)
      start += size - held
    } else {
      held = size
      if (size === buffer.length) buffer = Buffer.concat([buffer], size * 2)
    }
  }
}

type LineReader = (bytes: Buffer, log: LogLines) => Found

/** They know the shapes of the lines of all files before. */
const readers = new Map<LineFormat, LineReader>()

/** A reader of such lines. */
export function lineReader(format: LineFormat): LineReader {
  const reader = readers.get(format) ?? newReader(format)
  readers.set(format, reader)
  return reader
}

const LOST: Answers = [null]

function newReader(format: LineFormat): LineReader {
  const marks = format.marks.map((mark) => Buffer.from(mark))
  const short = format.list === null ? null : shortReader(format.list, format.begins)
  return (bytes, log) => {
    const records: LogRecord[] = []
    let unreadable = 0
    const add = (found: Answers | null) => {
      for (const record of found ?? LOST)
        if (record === null) unreadable += 1
        else records.push(record)
    }
    for (const line of linesWith(marks, bytes)) {
      const found = short?.(bytes, line) ?? null
      if (found !== null) add(found)
      else
        for (const object of objectsIn(bytes.toString('utf8', line.start, line.end), format))
          add(object === null ? null : log.read(object))
    }
    return { records, unreadable }
  }
}

/** Where a line stands in its piece; `end` is that of its newline, `mark` that of the text found. */
interface Line {
  readonly start: number
  readonly mark: number
  readonly end: number
}

/** The lines that hold one of the texts, which most do not; they are looked for across lines. */
function* linesWith(marks: readonly Buffer[], bytes: Buffer): Generator<Line> {
  const next = marks.map((mark) => placeOf(bytes, mark, 0))
  for (;;) {
    const found = Math.min(...next)
    if (found === Number.POSITIVE_INFINITY) return
    const end = bytes.indexOf(NEWLINE, found)
    yield { start: bytes.lastIndexOf(NEWLINE, found) + 1, mark: found, end }
    for (const [index, mark] of marks.entries()) {
      if ((next[index] ?? end) < end) next[index] = placeOf(bytes, mark, end)
    }
  }
}

function placeOf(bytes: Buffer, mark: Buffer, from: number): number {
  const at = bytes.indexOf(mark, from)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}

/**
 * Puts an empty list for the long one. It is the right list if the rest is JSON: a bracket that closes
 * another one would leave brackets over, and a text cannot hold the quotes that are looked for. But of
 * a torn line and the one after it, the first half of the one and the second of the other are JSON too.
 * What ends the list is looked for from the mark back, since that is not far.
 */
function shortReader(
  list: ListPlace,
  begins: string,
): (bytes: Buffer, line: Line) => Answers | null {
  const [open, close] = [Buffer.from(list.open), Buffer.from(list.close)]
  const start = Buffer.from(begins)
  const read = shapeReader(list.fields)
  return (bytes, line) => {
    const from = bytes.indexOf(open, line.start)
    const behind = from + open.length
    const to = from < 0 ? -1 : bytes.lastIndexOf(close, line.mark)
    if (to < behind || bytes.lastIndexOf(start, to) > line.start) return null
    const before = bytes.toString('utf8', line.start, behind)
    const values = read(before + bytes.toString('utf8', to, line.end))
    return values === null ? null : list.read(values)
  }
}

/** Of a line, which is one object. Where a newline was lost, of each with a mark; null: it is torn. */
function objectsIn(text: string, { begins, marks }: LineFormat): readonly (JsonObject | null)[] {
  const whole = parsedObject(text)
  if (whole !== null) return [whole]
  // Nowhere in JSON an object follows another one, and in a text its quotes are escaped.
  const parts = text.replaceAll(`}${begins}`, `}\n${begins}`).split('\n')
  return parts
    .filter((part) => marks.some((mark) => part.includes(mark)))
    .map((part) => parsedObject(part) ?? parsedObject(afterTorn(part, begins)))
}

/** What follows a line that was cut off, when its program died; empty: nothing does. */
function afterTorn(text: string, begins: string): string {
  const start = text.lastIndexOf(begins)
  return start > 0 ? text.slice(start) : ''
}

import type { JsonObject } from '../../json.ts'
import type { FieldValues } from './fields.ts'
import type { Agent, LogRecord } from './record.ts'

/** The records of a line, row or message; null in their place: an answer that could not be read. */
export type Answers = readonly (LogRecord | null)[]

/** A log of one JSON text a line, which grows at its end. */
export interface LineFormat {
  readonly kind: 'lines'
  readonly agent: Agent
  /** A line with none of these texts holds nothing that is read, and is not parsed. */
  readonly marks: readonly string[]
  /** What a line begins with; where one was torn and the next came after it, this is found. */
  readonly begins: string
  /** The long list that most such lines hold is left out before parsing; null: there is none. */
  readonly list: ListPlace | null
  /** `state` is what `state()` gave where reading stopped; null: the file's beginning. */
  open(file: LogFile, state: JsonObject | null): LogLines
}

/** A list that stands between two texts: `open` ends with its bracket, `close` begins with the other. */
export interface ListPlace {
  readonly open: string
  readonly close: string
  /** The paths, such as `message.id`, of all that is read of a line without the list. */
  readonly fields: readonly string[]
  /** As `LogLines.read`, of the values of the fields. */
  readonly read: (values: FieldValues) => Answers | null
}

/** Reads the lines of one file in their order. */
export interface LogLines {
  /** The records that a line adds; null: it lacks what it should have, as one without its list may. */
  read(line: JsonObject): Answers | null
  /** Plain JSON. */
  state(): JsonObject
}

/** A log of one JSON text a file, which is rewritten as a whole. */
export interface DocumentFormat {
  readonly kind: 'document'
  readonly agent: Agent
  read(document: JsonObject, file: LogFile): Found
}

/** What some lines, rows or a document gave. */
export interface Found {
  readonly records: readonly LogRecord[]
  /** Answers that could not be read. */
  readonly unreadable: number
}

/** Of lines or messages, each as its reader gave it: null could not be read. */
export function foundIn(lines: readonly (Answers | null)[]): Found {
  const answers = lines.flatMap((line) => line ?? [null])
  const records = answers.filter((answer) => answer !== null)
  return { records, unreadable: answers.length - records.length }
}

export type LogFormat = LineFormat | DocumentFormat

/** A log in an SQLite database. */
export interface TableFormat {
  readonly agent: Agent
  /** The rows changed since a time, that one included, the last change last. */
  readonly query: string
  /** Milliseconds since 1970, as the query has its times. */
  sinceOf(ms: number): number | string
  /** When a row changed, in milliseconds since 1970; null: it does not say. */
  changedMs(row: JsonObject): number | null
  /** `state` is what `state()` gave the last time, or empty; a row, by column, is read as a line is. */
  open(state: JsonObject): LogLines
}

export interface LogFile {
  /** Its name without the ending. */
  readonly stem: string
}

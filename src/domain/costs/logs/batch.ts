import type { JsonObject } from '../../json.ts'
import type { LogRecord } from './record.ts'

/** Where reading stopped, by the path of the file; each value is plain JSON and the reader's own. */
export type LogCursor = Readonly<Record<string, JsonObject>>

/** Some records and the place behind them: kept together or not at all, reading goes on exactly. */
export interface LogBatch {
  /** One an id within the batch; an id may come again in another one. */
  readonly records: readonly LogRecord[]
  /** What changes in the cursor; null: the file is gone. */
  readonly places: ReadonlyMap<string, JsonObject | null>
  /** Answers that could not be read, in this batch. */
  readonly unreadable: number
  /** Files that could not be read or were left out, in this batch, with the reason. */
  readonly skipped: readonly SkippedLog[]
  /** Of all that is to be read now. */
  readonly readBytes: number
  readonly totalBytes: number
}

export interface SkippedLog {
  readonly path: string
  readonly reason: string
}

import type { LogBatch, LogCursor } from '../costs/logs/batch.ts'
import type { LogRecord } from '../costs/logs/record.ts'
import type { Usage } from '../costs/usage.ts'
import type { Attempt, AttemptStart, Estimate, Mark, Move } from './attempt.ts'
import type { Limits } from './limits.ts'
import type { LogTerms } from './logged-attempt.ts'
import type { Entry } from './merge.ts'
import type { Dimensions, Totals } from './rollup.ts'
import type { Range } from './spans.ts'

/** What a report is about. */
export interface Query {
  /** Null: all there is. */
  readonly range: Range | null
  readonly where: Where
}

/** What must be equal, or one of several; a name that is absent may be anything. */
export type Where = {
  readonly [Name in keyof Dimensions]?: Dimensions[Name] | readonly Dimensions[Name][]
}

export interface SpentQuery extends Query {
  /** By the local hours or days of a time zone, or not at all. */
  readonly per: 'hour' | 'day' | null
  readonly timeZone: string
}

/** One sum; a report adds up those that it does not tell apart. */
export interface Spent {
  /** `2026-11-22`, or `2026-11-22T14:00`, in local time; null where all is one. */
  readonly period: string | null
  readonly dimensions: Dimensions
  readonly mark: Mark
  readonly totals: Totals
}

/** What is needed to price an attempt anew. */
export interface Metered {
  readonly dimensions: Dimensions
  readonly mark: Mark
  readonly startedAtMs: number
  readonly usage: Usage | null
  readonly picoUsd: bigint | null
}

export interface MovedQuery extends Query {
  /** Where prices change with the length of a prompt: answers on two sides of one are told apart. */
  readonly promptBounds: readonly number[]
}

/**
 * Answers of other models than the one that was asked first, as many as are alike in all that decides
 * what they would have cost there: the UTC day, the band of the prompt, the classes that have tokens.
 */
export interface Moved {
  readonly movedBy: Move
  readonly modelAsked: string | null
  /** When their day began. */
  readonly dayMs: number
  readonly requests: number
  /** Of the longest prompt. */
  readonly promptTokens: number
  /** Sums; null: of each it is unknown. */
  readonly usage: Usage | null
  readonly picoUsd: bigint | null
}

export interface LedgerReader {
  /**
   * From sums only, so it holds what is older than the retention too. A range is widened to whole
   * quarters of an hour.
   */
  spent(query: SpentQuery): Promise<readonly Spent[]>
  /** By time, some thousands at once; those that the retention has taken are missing. */
  attempts(query: Query): AsyncIterable<readonly Entry[]>
  moved(query: MovedQuery): Promise<readonly Moved[]>
  metered(query: Query): AsyncIterable<readonly Metered[]>
  close(): Promise<void>
}

/** Where the store is away or full, what it has to keep waits in the journal. */
export interface LedgerHealth {
  /** Why the store cannot be written to, with what to do, or not as it was said; null: it can. */
  readonly problem: string | null
  /** Ended attempts that the store does not have yet. */
  readonly waiting: number
  /** Those of them that no file has either: the disk is full, or the folder read-only. */
  readonly unwritten: number
  /** Attempts that are kept nowhere, since there was no room for any more. */
  readonly lost: number
}

/** What the gateway writes to. Nothing here throws into a request. */
export interface Ledger {
  /**
   * Resolves once it outlives the process: one write to a file, for all of a turn of the event loop.
   * `estimate` is what it costs if nobody sees it end.
   */
  begin(start: AttemptStart, estimate: Estimate): Promise<void>
  /** The same attempt may end again, with better knowledge. */
  end(attempt: Attempt): Promise<void>
  /** Now, for who cannot wait. */
  write(): void
  readonly limits: Limits
  readonly reader: LedgerReader
  health(): LedgerHealth
  /** Once what has ended so far is in the store; false: it waits. */
  flush(): Promise<boolean>
  /** Within a few seconds: what the store could not take is kept for the next start. */
  close(): Promise<void>
}

/** What became of imported attempts. */
export interface Imported {
  readonly added: number
  /** Counted better than before. */
  readonly changed: number
  /** Known already, from an earlier import or from the gateway. */
  readonly known: number
  /** Older than what the retention has taken, or without a time. */
  readonly refused: number
}

export function sumImported(first: Imported, second: Imported): Imported {
  return {
    added: first.added + second.added,
    changed: first.changed + second.changed,
    known: first.known + second.known,
    refused: first.refused + second.refused,
  }
}

/** What changes in the places; null: the file is gone. */
export type LogPlaces = LogBatch['places']

export interface LedgerImport {
  /** Where reading stopped, as this machine's imports have said. */
  places(): Promise<LogCursor>
  /**
   * All or none of it, and none once an earlier one was not kept; records in any order and as often as
   * one likes.
   */
  put(records: readonly LogRecord[], places: LogPlaces, terms: LogTerms): Promise<Imported>
  close(): Promise<void>
}

import type { Mark, Move } from '../../domain/ledger/attempt.ts'
import { identityOf, signatureOf, type Entry } from '../../domain/ledger/merge.ts'
import type { Dimensions } from '../../domain/ledger/rollup.ts'
import type { Usage } from '../../domain/costs/usage.ts'
import type { Row, Value } from './database.ts'

/** In the order of `usageOf`, those of the prompt first. */
export const PROMPT_COLUMNS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const
export const USAGE_COLUMNS = [...PROMPT_COLUMNS, 'output', 'web_searches', 'web_fetches'] as const

/** As the table has them, and in the order of `valuesOf`. */
export const COLUMNS = [
  'started_at',
  'id',
  'dims',
  'mark',
  'outcome',
  'hop',
  'moved_by',
  'request_id',
  'answer_id',
  'twin',
  'signature',
  'model_asked',
  'dialect',
  'streaming',
  'ended_at',
  'first_token_ms',
  ...USAGE_COLUMNS,
  'pico_usd',
] as const

/** Amounts as text, because they may be above 2^53. */
const AMOUNT = 'cast(pico_usd as text)'
export const ENTRY_VALUES = COLUMNS.join(', ').replace('pico_usd', AMOUNT)
/** Read by `usageOf` and `picoUsdOf`. */
export const COST_VALUES = `${USAGE_COLUMNS.join(', ')}, ${AMOUNT}`

export function valuesOf(entry: Entry, dims: number): Value[] {
  const { usage, streaming } = entry
  return [
    entry.startedAtMs,
    identityOf(entry),
    dims,
    entry.mark,
    entry.outcome,
    entry.hop,
    entry.movedBy,
    entry.requestId,
    entry.answerId,
    entry.twin,
    signatureOf(entry),
    entry.modelAsked,
    entry.dialect,
    streaming === null ? null : Number(streaming),
    entry.endedAtMs,
    entry.firstTokenMs,
    usage === null ? null : usage.input,
    usage === null ? null : usage.cacheRead,
    usage === null ? null : usage.cacheWrite5m,
    usage === null ? null : usage.cacheWrite1h,
    usage === null ? null : usage.output,
    usage === null ? null : usage.webSearches,
    usage === null ? null : usage.webFetches,
    entry.picoUsd,
  ]
}

/** A row of `ENTRY_VALUES`. What was written as an entry reads as one. */
export function entryOf(row: Row, dimensions: Dimensions): Entry {
  const [startedAt, id, , mark, outcome, hop, movedBy, requestId, answerId, twin] = row
  const [, modelAsked, dialect, streaming, endedAt, firstToken] = row.slice(10)
  return {
    ...dimensions,
    id: String(id),
    requestId: text(requestId),
    modelAsked: text(modelAsked),
    hop: Number(hop),
    movedBy: text(movedBy) as Move | null,
    dialect: text(dialect),
    streaming: streaming === null ? null : Boolean(streaming),
    startedAtMs: Number(startedAt),
    endedAtMs: number(endedAt),
    firstTokenMs: number(firstToken),
    outcome: String(outcome),
    mark: String(mark) as Mark,
    usage: usageOf(row.slice(16, 23)),
    picoUsd: picoUsdOf(row[23]),
    answerId: text(answerId),
    twin: text(twin),
  }
}

export function usageOf(row: Row): Usage | null {
  const [input, cacheRead, cacheWrite5m, cacheWrite1h, output, searches, fetches] = row
  if (input === null) return null
  return {
    input: Number(input),
    cacheRead: Number(cacheRead),
    cacheWrite5m: Number(cacheWrite5m),
    cacheWrite1h: Number(cacheWrite1h),
    output: Number(output),
    webSearches: Number(searches),
    webFetches: Number(fetches),
  }
}

export function picoUsdOf(value: Value | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(value)
}

function text(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function number(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

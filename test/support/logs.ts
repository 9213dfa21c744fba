import type { LogBatch, LogCursor } from '../../src/domain/costs/logs/batch.ts'
import { readAgentLogs } from '../../src/adapters/agent-logs.ts'
import { logPlaces } from '../../src/domain/costs/logs/places.ts'
import { withoutCopies, type LogRecord } from '../../src/domain/costs/logs/record.ts'
import type { JsonObject } from '../../src/domain/json.ts'

/** What a ledger holds that keeps each batch's records and places together. */
export interface Kept {
  readonly cursor: LogCursor
  readonly records: readonly LogRecord[]
  /** Of the last reading. */
  readonly batches: readonly LogBatch[]
}

export const NOTHING: Kept = { cursor: {}, records: [], batches: [] }

function keep(kept: Kept, batch: LogBatch): Kept {
  const cursor: Record<string, JsonObject> = { ...kept.cursor }
  for (const [path, place] of batch.places) {
    if (place === null) delete cursor[path]
    else cursor[path] = JSON.parse(JSON.stringify(place))
  }
  const records = withoutCopies([...kept.records, ...batch.records])
  return { cursor, records, batches: [...kept.batches, batch] }
}

/** Reads the logs below a home on from what was kept, and stops after so many batches. */
export async function readOn(
  home: string,
  before: Kept,
  batches = Number.POSITIVE_INFINITY,
): Promise<Kept> {
  let kept: Kept = { ...before, batches: [] }
  for await (const batch of readAgentLogs(logPlaces({}, home), before.cursor)) {
    kept = keep(kept, batch)
    if (kept.batches.length >= batches) break
  }
  return kept
}

export function ids({ records }: Kept): string[] {
  return records.map(({ id }) => id)
}

export function newlyRead({ batches }: Kept): number {
  return batches.reduce((sum, { records }) => sum + records.length, 0)
}

export function unreadable({ batches }: Kept): number {
  return batches.reduce((sum, batch) => sum + batch.unreadable, 0)
}

interface Answer {
  readonly id: string
  readonly text?: string
  readonly content?: readonly JsonObject[]
}

/** A line of Claude Code's; its answer used 3 tokens and 7. */
export function answer({ id, text = 'hello', content }: Answer): string {
  return `${JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    message: {
      id: idOf(id),
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: content ?? [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 7 },
    },
    requestId: 'req_1',
    type: 'assistant',
    uuid: id,
    timestamp: '2026-11-22T19:47:56.825Z',
    cwd: '/home/me',
    sessionId: 's',
  })}\n`
}

/** The id that stands in the log. */
export function idOf(name: string): string {
  return `msg_${name}-`.padEnd(28, '0')
}

export function question(text: string): string {
  return `${JSON.stringify({ parentUuid: null, type: 'user', message: { content: text } })}\n`
}

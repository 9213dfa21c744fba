import type { Json } from '../../json.ts'
import type { Finish, FinishReason } from '../reply.ts'

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'end'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'max-tokens'],
  ['model_context_window_exceeded', 'context-full'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
])
const WRITTEN: ReadonlyMap<FinishReason, string> = new Map(
  [...REASONS].map(([written, reason]) => [reason, written]),
)

/** Null: it gives no reason, so that it has not finished. A reason that is new is an end. */
export function readFinish(reason: Json | undefined, sequence: Json | undefined): Finish | null {
  if (typeof reason !== 'string') return null
  return {
    reason: REASONS.get(reason) ?? 'end',
    stopSequence: typeof sequence === 'string' ? sequence : null,
  }
}

export interface Said {
  readonly toolCalls: boolean
  readonly refusal: boolean
}

/** Some upstreams end an answer that calls tools, or say that it calls some where it does not. */
export function writeStopReason({ reason }: Finish, { toolCalls, refusal }: Said): string {
  if (reason === 'end' && toolCalls) return 'tool_use'
  if (reason === 'end' && refusal) return 'refusal'
  if (reason === 'tool-calls' && !toolCalls) return 'end_turn'
  return WRITTEN.get(reason) ?? 'end_turn'
}

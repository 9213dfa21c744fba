import type { InnerCall } from '../costs/logs/anthropic-usage.ts'
import type { Terms } from '../costs/terms.ts'
import type { Usage } from '../costs/usage.ts'
import type { TextPart, ThinkingPart, ToolCallPart } from './conversation.ts'
import type { Problem } from './problem.ts'

/** A whole answer that is longer is none. */
export const MAX_REPLY_BYTES = 64 << 20

/** What an answer is billed for. */
export interface Billed {
  /** Null: it does not say. */
  readonly usage: Usage | null
  /** Absent: the standard ones. */
  readonly terms?: Terms
  /** Absent: none. */
  readonly innerCalls?: readonly InnerCall[]
}

/** A whole answer, in no format. */
export interface Reply extends Billed {
  readonly id: string | null
  /** The model that served it, in the upstream's words. */
  readonly model: string | null
  readonly parts: readonly ReplyPart[]
  readonly finish: Finish
}

export type ReplyPart = TextPart | ThinkingPart | ToolCallPart | RefusalPart | OpaquePart

export interface RefusalPart {
  readonly type: 'refusal'
  readonly text: string
}

/** Content that only its own format can hold, such as redacted thinking or a hosted tool's result. */
export interface OpaquePart {
  readonly type: 'opaque'
}

export interface Finish {
  readonly reason: FinishReason
  /** The stop sequence that ended it, where the upstream says. */
  readonly stopSequence: string | null
}

export type FinishReason =
  | 'end'
  | 'stop-sequence'
  | 'max-tokens'
  | 'context-full'
  | 'tool-calls'
  | 'pause'
  | 'refusal'

/** One step of a streamed answer, in no format. A frame may give none, one or several. */
export type WireEvent =
  | { readonly type: 'start'; readonly id: string | null; readonly model: string | null }
  | { readonly type: 'text'; readonly text: string }
  /** The model has begun to think, and may say nothing for long. */
  | { readonly type: 'thinking-start' }
  | { readonly type: 'thinking'; readonly text: string }
  /** `call` counts the answer's tool calls from 0. */
  | {
      readonly type: 'tool-start'
      readonly call: number
      readonly id: string
      readonly name: string
    }
  | { readonly type: 'tool-arguments'; readonly call: number; readonly json: string }
  | { readonly type: 'refusal'; readonly text: string }
  | OpaquePart
  /** Of the answer so far; the last one is the whole. */
  | (Billed & { readonly type: 'usage'; readonly usage: Usage })
  | { readonly type: 'finish'; readonly finish: Finish }
  /** The format's own terminator: without it the answer was cut short. */
  | { readonly type: 'done' }
  | { readonly type: 'problem'; readonly problem: Problem }
  | { readonly type: 'ping' }

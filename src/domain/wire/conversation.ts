import type { JsonObject } from '../json.ts'

/** A request to a model, in no format: what every format's reader gives and every writer takes. */
export interface Conversation {
  /** The leading instructions, a text each. */
  readonly system: readonly string[]
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  /** Null: the request does not say. */
  readonly toolChoice: ToolChoice | null
  readonly parallelTools: boolean | null
  readonly maxOutputTokens: number | null
  readonly temperature: number | null
  readonly topP: number | null
  readonly topK: number | null
  readonly stop: readonly string[]
  readonly effort: Effort | null
  readonly format: OutputFormat | null
  readonly userId: string | null
  readonly stream: boolean
}

export type Turn =
  | { readonly role: 'system'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }

export type UserPart = TextPart | ImagePart | ToolResultPart
export type AssistantPart = TextPart | ThinkingPart | ToolCallPart

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

export interface ImagePart {
  readonly type: 'image'
  readonly source:
    | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
    | { readonly kind: 'url'; readonly url: string }
}

/** What a model thought; a signature proves it to the provider that it came from, and to no other. */
export interface ThinkingPart {
  readonly type: 'thinking'
  readonly text: string
}

export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  /** The arguments as JSON text. */
  readonly json: string
}

export interface ToolResultPart {
  readonly type: 'tool-result'
  readonly id: string
  readonly parts: readonly (TextPart | ImagePart)[]
  readonly isError: boolean
}

export interface Tool {
  readonly name: string
  readonly description: string | null
  /** JSON Schema of the arguments. */
  readonly schema: JsonObject
  readonly strict: boolean | null
}

export type ToolChoice =
  | { readonly type: 'auto' | 'any' | 'none' }
  | { readonly type: 'tool'; readonly name: string }

/** `none`: the model is told not to think. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export type OutputFormat =
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema'
      readonly name: string | null
      readonly schema: JsonObject
      readonly strict: boolean | null
    }

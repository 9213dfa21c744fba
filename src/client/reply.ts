import type { Usage } from '../domain/costs/usage.ts'
import type { Provider } from '../domain/models/model.ts'
import type { ToolCallPart } from '../domain/wire/conversation.ts'
import type { FinishReason, WireEvent } from '../domain/wire/reply.ts'
import type { ChatAttempt } from './error.ts'

/** A whole answer. */
export interface ChatReply {
  /** Where the model refuses, its words about it. */
  readonly text: string
  /** What it asks the program to do; each can be a part of the next request's assistant message. */
  readonly toolCalls: readonly ToolCallPart[]
  /** `tool-calls`, `max-tokens` and the like; `end` is the usual one. */
  readonly finish: FinishReason
  /** Who has answered, which need not be whom the configuration names first. */
  readonly provider: Provider
  readonly model: string
  /** In tokens; null: the provider did not say. */
  readonly usage: Usage | null
  /** Everybody who was asked, in that order; through a gateway only who has answered is known. */
  readonly attempts: readonly ChatAttempt[]
}

/** A step of an answer; `end` is the last one. */
export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  /** The model has begun a call; it is whole in the reply. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string }
  | { readonly type: 'end'; readonly reply: ChatReply }

export type Collected = Pick<ChatReply, 'text' | 'toolCalls' | 'finish' | 'usage'>

export interface Collector {
  add(event: WireEvent): void
  collected(): Collected
}

export function collector(): Collector {
  let text = ''
  let finish: FinishReason = 'end'
  let usage: Usage | null = null
  const calls = new Map<number, ToolCallPart>()
  return {
    add: (event) => {
      if (event.type === 'text' || event.type === 'refusal') text += event.text
      else if (event.type === 'usage') usage = event.usage
      else if (event.type === 'finish') finish = event.finish.reason
      else if (event.type === 'tool-start')
        calls.set(event.call, { type: 'tool-call', id: event.id, name: event.name, json: '' })
      else if (event.type === 'tool-arguments') {
        const call = calls.get(event.call)
        if (call !== undefined) calls.set(event.call, { ...call, json: call.json + event.json })
      }
    },
    collected: () => ({ text, toolCalls: [...calls.values()], finish, usage }),
  }
}

/** What a consumer sees of it; null: nothing. */
export function shownEvent(event: WireEvent): Exclude<ChatEvent, { type: 'end' }> | null {
  if (event.type === 'text' || event.type === 'refusal') return { type: 'text', text: event.text }
  if (event.type !== 'tool-start') return null
  return { type: 'tool-call', id: event.id, name: event.name }
}

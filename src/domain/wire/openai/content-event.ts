import type { WireEvent } from '../reply.ts'

/** What an OpenAI stream shows of an answer: neither its thinking nor what other formats hold. */
export type ContentEvent = Extract<
  WireEvent,
  { type: 'text' | 'refusal' | 'tool-start' | 'tool-arguments' }
>

const TYPES: ReadonlySet<string> = new Set<ContentEvent['type']>([
  'text',
  'refusal',
  'tool-start',
  'tool-arguments',
])

export function isContentEvent(event: WireEvent): event is ContentEvent {
  return TYPES.has(event.type)
}

import type { Conversation } from '../../src/domain/wire/conversation.ts'
import type {
  Dialect,
  ReplyIdentity,
  RequestWriting,
  WriteTarget,
} from '../../src/domain/wire/dialect.ts'
import { frameSplitter } from '../../src/domain/wire/frames.ts'
import type { WireEvent } from '../../src/domain/wire/reply.ts'
import type { JsonObject } from '../../src/domain/json.ts'

export const IDENTITY: ReplyIdentity = {
  id: '01abc',
  model: 'asked-for',
  createdS: 1_790_000_000,
  includeUsage: false,
}

export function conversation(some: Partial<Conversation> = {}): Conversation {
  return {
    system: [],
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
    tools: [],
    toolChoice: null,
    parallelTools: null,
    maxOutputTokens: null,
    temperature: null,
    topP: null,
    topK: null,
    stop: [],
    effort: null,
    format: null,
    userId: null,
    stream: false,
    ...some,
  }
}

export function target(model: string, some: Partial<WriteTarget> = {}): WriteTarget {
  return {
    model,
    contextTokens: null,
    outputTokens: null,
    vision: null,
    tools: null,
    thinking: null,
    ...some,
  }
}

/** What was written, where something was. */
export function written(writing: RequestWriting): Extract<RequestWriting, { body: JsonObject }> {
  if ('impossible' in writing) throw new Error(`impossible: ${writing.impossible}`)
  return writing
}

/** The events of a stream that comes in these pieces. */
export function readStream(dialect: Dialect, ...pieces: readonly string[]): WireEvent[] {
  const splitter = frameSplitter(dialect.framing)
  const reader = dialect.streamReader()
  const encoder = new TextEncoder()
  const frames = [
    ...pieces.flatMap((piece) => splitter.push(encoder.encode(piece))),
    ...splitter.end(),
  ]
  return frames.flatMap((frame) => reader.read(frame))
}

export function writeStream(dialect: Dialect, events: readonly WireEvent[]): string {
  const writer = dialect.streamWriter(IDENTITY)
  return events.map((event) => writer.write(event)).join('')
}

/** A stream of server-sent events with their names, as Anthropic sends them. */
export function serverSentEvents(
  ...events: readonly (JsonObject & { readonly type: string })[]
): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

export function jsonLines(...lines: readonly JsonObject[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

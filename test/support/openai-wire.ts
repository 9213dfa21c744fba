import { isObject, type Json } from '../../src/domain/json.ts'
import type { Conversation } from '../../src/domain/wire/conversation.ts'
import type {
  Dialect,
  ReplyIdentity,
  RequestWriting,
  StreamReader,
  WriteTarget,
} from '../../src/domain/wire/dialect.ts'
import type { Frame } from '../../src/domain/wire/frames.ts'
import type { WireEvent } from '../../src/domain/wire/reply.ts'

export const IDENTITY: ReplyIdentity = {
  id: 'abc',
  model: 'asked-model',
  createdS: 1_790_000_000,
  includeUsage: false,
}

export const USAGE = {
  input: 50,
  cacheRead: 40,
  cacheWrite5m: 10,
  cacheWrite1h: 0,
  output: 7,
  webSearches: 0,
  webFetches: 0,
}

export const BARE: Conversation = {
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
}

export function target(model: string, known: Partial<WriteTarget> = {}): WriteTarget {
  return {
    model,
    contextTokens: null,
    outputTokens: null,
    vision: null,
    tools: null,
    thinking: null,
    ...known,
  }
}

type Written = Exclude<RequestWriting, { impossible: string }>

/** What is written for a conversation that differs from the bare one in these fields. */
export function write(dialect: Dialect, change: Partial<Conversation>, model = 'gpt-4.1'): Written {
  const written = dialect.writeRequest({ ...BARE, ...change }, target(model))
  if ('impossible' in written) throw new Error(written.impossible)
  return written
}

export function frame(data: Json | string, event: string | null = null): Frame {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return { event, data: text, bytes: new Uint8Array(0) }
}

/** The events of an SSE text, divided as a well-formed one may be. */
export function framesOf(text: string): readonly Frame[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n')
      const event = lines.find((line) => line.startsWith('event: '))?.slice('event: '.length)
      const data = lines
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice('data: '.length))
      return frame(data.join('\n'), event ?? null)
    })
}

export function readAll(reader: StreamReader, frames: readonly Frame[]): readonly WireEvent[] {
  return frames.flatMap((each) => reader.read(each))
}

/** The stream that the events are written as. */
export function writeAll(
  dialect: Dialect,
  events: readonly WireEvent[],
  identity = IDENTITY,
): string {
  const writer = dialect.streamWriter(identity)
  return events.map((event) => writer.write(event)).join('')
}

/** Each event's JSON; `[DONE]` and comments are left as text. */
export function bodiesOf(text: string): readonly Json[] {
  return framesOf(text).map(({ data }): Json => (data.startsWith('{') ? JSON.parse(data) : data))
}

/** The value at a path of keys and indexes, such as `choices.0.delta`. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let inner = value
  for (const key of path.split('.')) {
    if (Array.isArray(inner)) inner = inner[Number(key)]
    else inner = isObject(inner) ? inner[key] : undefined
  }
  return inner
}

/** The frames of a stream that arrives in pieces of these sizes, over and over. */
export function framesInPieces(text: string, sizes: readonly number[]): readonly Frame[] {
  const bytes = new TextEncoder().encode(text)
  const decoder = new TextDecoder()
  const frames: Frame[] = []
  let held = ''
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1)
    held += decoder.decode(bytes.subarray(start, end), { stream: true })
    const whole = held.lastIndexOf('\n\n') + 2
    if (whole > 1) {
      frames.push(...framesOf(held.slice(0, whole)))
      held = held.slice(whole)
    }
    start = end
  }
  return frames
}

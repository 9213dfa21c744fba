import {
  BadRequest,
  type Dialect,
  type RequestReading,
  type StreamWriter,
} from '../domain/wire/dialect.ts'
import { estimateTokens } from '../domain/wire/estimate.ts'
import { exactObject } from '../domain/wire/exact-json.ts'
import {
  lastValue,
  stringAt,
  topLevel,
  type ObjectSpan,
  type Span,
} from '../domain/wire/json-edit.ts'

/** A client's request for an answer, read no further than it has to be. */
export interface Asked {
  readonly client: Dialect
  readonly bytes: Buffer
  /** The bytes as latin1: what is looked for and put in is ASCII, and the rest stays as it came. */
  readonly text: string
  /** Where its members stand in the text. */
  readonly top: ObjectSpan
  readonly model: string
  readonly stream: boolean
  /** OpenAI Chat: the client wants the closing chunk with the usage. */
  readonly includeUsage: boolean
  /** Of the whole, for another format. @throws BadRequest */
  reading(): RequestReading
  /** Of the prompt, in tokens. */
  estimate(): number
  /** Of what is said in its stream before an upstream says anything; always the same one. */
  readonly streamWriter: () => StreamWriter
}

/** @throws BadRequest for what is no JSON object, or names no model. */
export function readAsked(client: Dialect, bytes: Buffer): Asked {
  const text = bytes.toString('latin1')
  const top = topLevel(text)
  if (top === null) throw new BadRequest('the body is no JSON object')
  const at = (key: string) => lastValue(top, key)
  const named = at('model')
  const model = named === null ? null : textAt(bytes, named)
  if (model === null || model === '') throw new BadRequest('model: a text is required')
  const raw = (key: string) => {
    const span = at(key)
    return span === null ? null : text.slice(span.start, span.end)
  }
  // Ollama streams unless it is told not to.
  const stream = client.framing === 'ndjson' ? raw('stream') !== 'false' : raw('stream') === 'true'
  let reading: RequestReading | null = null
  let writer: StreamWriter | null = null
  const identity = { id: 'none', model, createdS: 0, includeUsage: false }
  const read = () => (reading ??= client.readRequest(parseObject(bytes)))
  return {
    client,
    bytes,
    text,
    top,
    model,
    stream,
    includeUsage: /"include_usage"\s*:\s*true/.test(raw('stream_options') ?? ''),
    reading: read,
    estimate: () => estimateTokens(read().conversation),
    streamWriter: () => (writer ??= client.streamWriter(identity)),
  }
}

/** Null where the value is no string. */
function textAt(bytes: Buffer, { start, end }: Span): string | null {
  const json = bytes.subarray(start, end).toString()
  return stringAt(json, { start: 0, end: json.length })
}

function parseObject(bytes: Buffer): Parameters<Dialect['readRequest']>[0] {
  const object = exactObject(bytes.toString())
  // The words of JSON.parse would quote the body.
  if (object === null) throw new BadRequest('the body is no JSON object')
  return object
}

import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { StreamReader } from '../dialect.ts'
import { exactObject, exactText } from '../exact-json.ts'
import { stringOrNull } from '../parsed.ts'
import type { WireEvent } from '../reply.ts'
import { readFinish } from './finish.ts'
import { problemOf } from './problems.ts'
import { usageReader, type UsageReader } from './usage.ts'

interface Call {
  readonly call: number
  /** What some upstreams say at once, where Anthropic says nothing yet. */
  readonly input: JsonObject
  hasArguments: boolean
}

interface Answer {
  readonly usage: UsageReader
  /** By the index of their blocks. */
  readonly calls: Map<Json | undefined, Call>
}

type Events = readonly WireEvent[]

const READERS: ReadonlyMap<Json | undefined, (answer: Answer, event: JsonObject) => Events> =
  new Map([
    ['content_block_delta', blockDelta],
    ['content_block_start', blockStart],
    ['content_block_stop', blockStop],
    ['message_start', messageStart],
    ['message_delta', messageDelta],
    ['message_stop', () => [{ type: 'done' }]],
    ['ping', () => [{ type: 'ping' }]],
  ])

/** What cannot be read is no event: the answer then lacks its end, and that is seen. */
export function streamReader(): StreamReader {
  const answer: Answer = { usage: usageReader(), calls: new Map() }
  return {
    read: ({ event, data }) => {
      const body = exactObject(data)
      if (event === 'error' || body?.['type'] === 'error') {
        return [{ type: 'problem', problem: problemOf(null, data) }]
      }
      return body === null ? [] : (READERS.get(body['type'])?.(answer, body) ?? [])
    },
  }
}

function messageStart({ usage }: Answer, event: JsonObject): Events {
  const message = objectOf(event['message'])
  const id = stringOrNull(message['id'])
  const model = stringOrNull(message['model'])
  return [{ type: 'start', id, model }, ...usageEvents(usage, message['usage'])]
}

function blockStart({ calls }: Answer, event: JsonObject): Events {
  const { type, text, thinking, id, name, input } = objectOf(event['content_block'])
  if (type === 'text') return textEvents('text', text)
  if (type === 'thinking') return [{ type: 'thinking-start' }, ...textEvents('thinking', thinking)]
  if (type !== 'tool_use' || typeof id !== 'string' || typeof name !== 'string') {
    return [{ type: 'opaque' }]
  }
  const call = calls.size
  calls.set(event['index'] ?? call, { call, input: objectOf(input), hasArguments: false })
  return [{ type: 'tool-start', call, id, name }]
}

function blockDelta({ calls }: Answer, event: JsonObject): Events {
  const { type, text, thinking, partial_json: json } = objectOf(event['delta'])
  if (type === 'text_delta') return textEvents('text', text)
  if (type === 'thinking_delta') return textEvents('thinking', thinking)
  const call = calls.get(event['index'])
  if (call === undefined || typeof json !== 'string' || json === '') return []
  call.hasArguments = true
  return [{ type: 'tool-arguments', call: call.call, json }]
}

function blockStop({ calls }: Answer, event: JsonObject): Events {
  const call = calls.get(event['index'])
  if (call === undefined || call.hasArguments || Object.keys(call.input).length === 0) return []
  return [{ type: 'tool-arguments', call: call.call, json: exactText(call.input) }]
}

function messageDelta({ usage }: Answer, event: JsonObject): Events {
  const delta = objectOf(event['delta'])
  const finish = readFinish(delta['stop_reason'], delta['stop_sequence'])
  const said = usageEvents(usage, event['usage'])
  return finish === null ? said : [...said, { type: 'finish', finish }]
}

function usageEvents(usage: UsageReader, said: Json | undefined): Events {
  const read = isObject(said) ? usage.read(said) : null
  return read === null ? [] : [{ type: 'usage', ...read }]
}

function textEvents(type: 'text' | 'thinking', text: Json | undefined): Events {
  return typeof text === 'string' && text !== '' ? [{ type, text }] : []
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { ReplyIdentity } from '../dialect.ts'
import { exactText } from '../exact-json.ts'
import { stringOrNull } from '../parsed.ts'
import type { Reply, ReplyPart } from '../reply.ts'
import { argumentsObject } from '../tool-arguments.ts'
import { readFinish, writeStopReason } from './finish.ts'
import { OWN_SIGNATURE } from './own-thinking.ts'
import { usageReader, writeUsage } from './usage.ts'
import { toolId } from './write-messages.ts'

export function readReply(body: JsonObject): Reply | null {
  const { type, content, usage } = body
  const finish = readFinish(body['stop_reason'], body['stop_sequence'])
  if (type !== 'message' || !Array.isArray(content) || finish === null) return null
  return {
    id: stringOrNull(body['id']),
    model: stringOrNull(body['model']),
    parts: content.map(readPart),
    finish,
    usage: null,
    ...(isObject(usage) ? usageReader().read(usage) : null),
  }
}

function readPart(block: Json): ReplyPart {
  if (!isObject(block)) return { type: 'opaque' }
  const { type, text, thinking, id, name, input } = block
  if (type === 'text' && typeof text === 'string') return { type, text }
  if (type === 'thinking' && typeof thinking === 'string') return { type, text: thinking }
  if (type === 'tool_use' && typeof id === 'string' && typeof name === 'string') {
    return { type: 'tool-call', id, name, json: exactText(input ?? {}) }
  }
  return { type: 'opaque' }
}

export function writeReply(reply: Reply, identity: ReplyIdentity): JsonObject {
  const said = {
    toolCalls: reply.parts.some(({ type }) => type === 'tool-call'),
    refusal: reply.parts.some(({ type }) => type === 'refusal'),
  }
  return {
    ...messageHead(identity, reply.model),
    content: reply.parts.flatMap(writePart),
    stop_reason: writeStopReason(reply.finish, said),
    stop_sequence: reply.finish.stopSequence,
    usage: writeUsage(reply.usage),
  }
}

/** What a message and the start of a streamed one have alike. */
export function messageHead({ id, model }: ReplyIdentity, served: string | null): JsonObject {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model: served ?? model }
}

function writePart(part: ReplyPart): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text, citations: null }]
    case 'thinking':
      return [{ type: 'thinking', thinking: part.text, signature: OWN_SIGNATURE }]
    case 'tool-call': {
      const input = argumentsObject(part.json)
      return [{ type: 'tool_use', id: toolId(part.id), name: part.name, input }]
    }
    case 'opaque':
      return []
  }
}

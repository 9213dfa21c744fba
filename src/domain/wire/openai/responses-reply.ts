import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { ReplyIdentity } from '../dialect.ts'
import type { Reply, ReplyPart } from '../reply.ts'
import { objectsIn, textIn } from './fields.ts'
import { readCompletedFinish, readIncompleteFinish } from './finish.ts'
import {
  callItem,
  endStatus,
  finishedResponse,
  messageItem,
  type OutputItem,
} from './responses-output.ts'
import { reasoningText } from './responses-request-reader.ts'
import { readResponsesUsage, termsField } from './usage.ts'

/** Null also for an answer that failed or is not over. */
export function readResponsesReply(body: JsonObject): Reply | null {
  const isWhole = body['status'] === 'completed'
  if (!Array.isArray(body['output']) || !(isWhole || body['status'] === 'incomplete')) return null
  const parts = objectsIn(body['output']).flatMap(readOutputItem)
  const calls = parts.some(({ type }) => type === 'tool-call')
  const refusal = parts.some(({ type }) => type === 'refusal')
  return {
    id: textIn(body['id']) || null,
    model: textIn(body['model']) || null,
    parts,
    finish: isWhole ? readCompletedFinish({ calls, refusal }) : readIncompleteFinish(body),
    usage: usageOf(body),
    ...termsField(body),
  }
}

/** What `background` asked for. */
export function isPendingResponse({ object, status }: JsonObject): boolean {
  return object === 'response' && (status === 'queued' || status === 'in_progress')
}

export function usageOf(response: JsonObject): Usage | null {
  const searches = objectsIn(response['output']).filter(({ type }) => type === 'web_search_call')
  return readResponsesUsage(response['usage'], searches.length)
}

export function readOutputItem(item: JsonObject): readonly ReplyPart[] {
  switch (textIn(item['type'])) {
    case 'message':
      return objectsIn(item['content']).flatMap(readMessagePart)
    case 'reasoning': {
      const text = reasoningText(item)
      return text === '' ? [] : [{ type: 'thinking', text }]
    }
    case 'function_call': {
      const json = textIn(item['arguments']) || '{}'
      return [{ type: 'tool-call', id: callIdOf(item), name: textIn(item['name']), json }]
    }
    default:
      return [{ type: 'opaque' }]
  }
}

export function callIdOf(item: JsonObject): string {
  return textIn(item['call_id']) || textIn(item['id'])
}

/**
 * Reasoning is not written: a client would send it back by its id, and OpenAI refuses a request
 * that names an item which it never made.
 */
export function writeResponsesReply(reply: Reply, identity: ReplyIdentity): JsonObject {
  const output: OutputItem[] = []
  for (const part of reply.parts) addPart(output, part, identity)
  for (const item of output) item.status = endStatus(reply.finish, output, item)
  return finishedResponse(identity, { ...reply, output })
}

function addPart(output: OutputItem[], part: ReplyPart, identity: ReplyIdentity): void {
  if (part.type === 'tool-call') {
    output.push({ ...callItem(identity, output.length, part), json: part.json })
  } else if (part.type === 'text' || part.type === 'refusal') {
    const last = output.at(-1)
    const message = last?.type === 'message' ? last : messageItem(identity, output.length)
    if (message !== last) output.push(message)
    const type = part.type === 'text' ? 'output_text' : 'refusal'
    message.parts.push({ type, text: part.text })
  }
}

function readMessagePart(part: JsonObject): readonly ReplyPart[] {
  const refusal = textIn(part['refusal'])
  if (refusal !== '') return [{ type: 'refusal', text: refusal }]
  const text = textIn(part['text'])
  return text === '' ? [] : [{ type: 'text', text }]
}

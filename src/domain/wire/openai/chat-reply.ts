import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { ReplyIdentity } from '../dialect.ts'
import { exactText } from '../exact-json.ts'
import type { Reply, ReplyPart } from '../reply.ts'
import { defined, listIn, objectIn, objectsIn, textIn } from './fields.ts'
import { fingerprint } from './fingerprint.ts'
import { readChatFinish, writeChatFinish } from './finish.ts'
import { readChatUsage, termsField, writeChatUsage } from './usage.ts'

/** Null also for an answer without a finish reason: it was cut short, or holds an error. */
export function readChatReply(body: JsonObject): Reply | null {
  const choice = listIn(body['choices'])[0]
  if (!isObject(choice) || !isObject(choice['message'])) return null
  const reason = textIn(choice['finish_reason'])
  if (reason === '' || reason === 'error') return null
  const id = textIn(body['id'])
  const parts = readParts(choice['message'], id)
  const calls = parts.some(({ type }) => type === 'tool-call')
  const refusal = parts.some(({ type }) => type === 'refusal')
  return {
    id: id || null,
    model: textIn(body['model']) || null,
    parts,
    finish: readChatFinish(reason, { calls, refusal }),
    usage: readChatUsage(body['usage']),
    ...termsField(body),
  }
}

/** Thinking is not written: a client would send it back, and OpenAI refuses the unknown field. */
export function writeChatReply(reply: Reply, identity: ReplyIdentity): JsonObject {
  const text = joined(reply.parts, 'text')
  const refusal = joined(reply.parts, 'refusal')
  const calls = reply.parts
    .filter((part) => part.type === 'tool-call')
    .map(({ id, name, json }) => ({ id, type: 'function', function: { name, arguments: json } }))
  const message = defined({
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    tool_calls: calls.length === 0 ? undefined : calls,
  })
  const finish = writeChatFinish(reply.finish, refusal !== '')
  return defined({
    id: chatId(identity),
    object: 'chat.completion',
    created: identity.createdS,
    model: reply.model ?? identity.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    usage: reply.usage === null ? undefined : writeChatUsage(reply.usage),
  })
}

export function chatId({ id }: ReplyIdentity): string {
  return `chatcmpl-${id}`
}

/** For a call that came without an id: one that no other answer's call has. */
export function standInCallId(replyId: string, call: number): string {
  return `call_${fingerprint(`${replyId}:${call}`)}`
}

/** As Mistral has it, `content` may be parts. */
export function contentText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map((part) => textIn(part['text']))
    .join('')
}

/** DeepSeek's and vLLM's name for it, else Ollama's and OpenRouter's. */
export function thinkingText(message: JsonObject): string {
  return textIn(message['reasoning_content']) || textIn(message['reasoning'])
}

/** Some send the arguments as an object. */
export function argumentsText(value: Json | undefined): string {
  return isObject(value) ? exactText(value) : textIn(value)
}

function readParts(message: JsonObject, replyId: string): readonly ReplyPart[] {
  const text = contentText(message['content'])
  const thinking = thinkingText(message)
  const refusal = textIn(message['refusal'])
  return [
    ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...(refusal === '' ? [] : [{ type: 'refusal', text: refusal } as const]),
    ...objectsIn(message['tool_calls']).map((call, index) => readCall(call, replyId, index)),
    ...(isObject(message['audio']) ? [{ type: 'opaque' } as const] : []),
  ]
}

function readCall(call: JsonObject, replyId: string, index: number): ReplyPart {
  const called = objectIn(call['function'])
  if (!isObject(call['function'])) return { type: 'opaque' }
  return {
    type: 'tool-call',
    id: textIn(call['id']) || standInCallId(replyId, index),
    name: textIn(called['name']),
    json: argumentsText(called['arguments']) || '{}',
  }
}

function joined(parts: readonly ReplyPart[], type: 'text' | 'refusal'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('')
}

import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { ReplyIdentity } from '../dialect.ts'
import type { Finish } from '../reply.ts'
import { incompleteReason } from './finish.ts'
import { writeResponsesUsage } from './usage.ts'

export interface MessagePart {
  readonly type: 'output_text' | 'refusal'
  text: string
}

type Status = 'in_progress' | 'completed' | 'incomplete'

export interface MessageItem {
  readonly type: 'message'
  readonly id: string
  readonly parts: MessagePart[]
  status: Status
}

export interface CallItem {
  readonly type: 'call'
  readonly id: string
  readonly callId: string
  readonly name: string
  json: string
  status: Status
}

export type OutputItem = MessageItem | CallItem

/** OpenAI refuses a later request with an item whose id begins in another way. */
export function messageItem({ id }: ReplyIdentity, index: number): MessageItem {
  return { type: 'message', id: `msg_${id}_${index}`, parts: [], status: 'in_progress' }
}

export function callItem(
  { id }: ReplyIdentity,
  index: number,
  call: { readonly id: string; readonly name: string },
): CallItem {
  const own = { id: `fc_${id}_${index}`, callId: call.id, name: call.name }
  return { type: 'call', ...own, json: '', status: 'in_progress' }
}

export function itemObject(item: OutputItem): JsonObject {
  if (item.type === 'message') {
    const { id, status, parts } = item
    return { id, type: 'message', status, role: 'assistant', content: parts.map(partObject) }
  }
  const { id, status, callId, name, json } = item
  return { id, type: 'function_call', status, arguments: json, call_id: callId, name }
}

export function partObject({ type, text }: MessagePart): JsonObject {
  return type === 'refusal'
    ? { type, refusal: text }
    : { type, annotations: [], logprobs: [], text }
}

/** With every field that the format always has; the request's settings are not known here. */
export function responseObject(identity: ReplyIdentity, fields: JsonObject): JsonObject {
  return {
    id: `resp_${identity.id}`,
    object: 'response',
    created_at: identity.createdS,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: identity.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    usage: null,
    ...fields,
  }
}

interface Outcome {
  readonly model: string | null
  readonly output: readonly OutputItem[]
  readonly finish: Finish
  readonly usage: Usage | null
}

export function finishedResponse(
  identity: ReplyIdentity,
  { model, output, finish, usage }: Outcome,
): JsonObject {
  const reason = incompleteReason(finish, holdsRefusal(output))
  return responseObject(identity, {
    model: model ?? identity.model,
    status: reason === null ? 'completed' : 'incomplete',
    output: output.map(itemObject),
    incomplete_details: reason === null ? null : { reason },
    usage: usage === null ? null : writeResponsesUsage(usage),
  })
}

/** An item that an incomplete answer ends in is incomplete itself. */
export function endStatus(finish: Finish, output: readonly OutputItem[], item: OutputItem): Status {
  const isCut = incompleteReason(finish, holdsRefusal(output)) !== null
  return isCut && item === output.at(-1) ? 'incomplete' : 'completed'
}

function holdsRefusal(output: readonly OutputItem[]): boolean {
  return output.some(
    (item) => item.type === 'message' && item.parts.some(({ type }) => type === 'refusal'),
  )
}

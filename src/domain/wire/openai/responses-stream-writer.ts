import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { PassedStream, ReplyIdentity, StreamWriter } from '../dialect.ts'
import type { Problem } from '../problem.ts'
import type { Finish, WireEvent } from '../reply.ts'
import { isContentEvent, type ContentEvent } from './content-event.ts'
import { objectIn, parseJson } from './fields.ts'
import { errorFields, noReason } from './problems.ts'
import {
  callItem,
  endStatus,
  finishedResponse,
  itemObject,
  messageItem,
  partObject,
  responseObject,
  type CallItem,
  type MessageItem,
  type MessagePart,
  type OutputItem,
} from './responses-output.ts'

interface State {
  readonly identity: ReplyIdentity
  /** What the client had before, as it came. */
  readonly passed: PassedStream | null
  model: string | null
  /** Of the next event. */
  sequence: number
  readonly output: OutputItem[]
  /** Their numbers in the answer → their items. */
  readonly calls: Map<number, CallItem>
  usage: Usage | null
  finish: Finish | null
  /** Its last event is out: another would take that back. */
  isOver: boolean
}

/** Reasoning is not written; see `writeResponsesReply`. */
export function responsesStreamWriter(
  identity: ReplyIdentity,
  passed: PassedStream | null = null,
): StreamWriter {
  const state: State = {
    identity,
    passed,
    model: null,
    sequence: passed === null ? 0 : sequenceAfter(passed),
    output: [],
    calls: new Map(),
    usage: null,
    finish: null,
    isOver: false,
  }
  return {
    write: (event) => (state.isOver ? '' : write(event, state)),
    ping: () => (state.isOver ? '' : ping(state)),
    problem: (problem) => (state.isOver ? '' : writeProblemEvents(problem, state)),
  }
}

/** Servers of others leave the numbers out. */
function sequenceAfter({ data }: PassedStream): number {
  const number = objectIn(parseJson(data))['sequence_number']
  return typeof number === 'number' ? number + 1 : 0
}

function write(event: WireEvent, state: State): string {
  if (isContentEvent(event)) return begin(state) + writeContent(event, state)
  switch (event.type) {
    case 'start':
      state.model = event.model
      return begin(state)
    case 'usage':
      state.usage = event.usage
      return ''
    case 'finish':
      state.finish = event.finish
      return begin(state)
    case 'done':
      return state.finish === null
        ? writeProblemEvents(noReason(), state)
        : begin(state) + end(state.finish, state)
    case 'problem':
      return writeProblemEvents(event.problem, state)
    case 'ping':
      return ping(state)
    case 'thinking-start':
    case 'thinking':
    case 'opaque':
      return ''
  }
}

function begin(state: State): string {
  if (state.sequence > 0) return ''
  return emit(state, 'response.created', snapshot(state)) + progress(state)
}

/**
 * Codex counts events, not bytes, and gives up after 300 s without one: until there is output, an
 * event that changes nothing keeps it. Later it would take the output back, so that a comment must do.
 */
function ping(state: State): string {
  if (state.passed !== null || state.output.length > 0) return ': ping\n\n'
  return begin(state) || progress(state)
}

function progress(state: State): string {
  return emit(state, 'response.in_progress', snapshot(state))
}

function snapshot({ identity, model }: State): JsonObject {
  return { response: responseObject(identity, { model: model ?? identity.model }) }
}

function writeContent(event: ContentEvent, state: State): string {
  switch (event.type) {
    case 'text':
      return addText(state, 'output_text', event.text)
    case 'refusal':
      return addText(state, 'refusal', event.text)
    case 'tool-start': {
      const closed = closeMessage(state, 'completed')
      const item = callItem(state.identity, state.output.length, event)
      state.calls.set(event.call, item)
      return closed + addItem(state, item)
    }
    case 'tool-arguments': {
      const item = state.calls.get(event.call)
      return item === undefined ? '' : addArguments(state, item, event.json)
    }
  }
}

function addItem(state: State, item: OutputItem): string {
  state.output.push(item)
  return emit(state, 'response.output_item.added', {
    output_index: state.output.length - 1,
    item: itemObject(item),
  })
}

function addText(state: State, type: MessagePart['type'], delta: string): string {
  const last = openMessage(state)
  const message = last ?? messageItem(state.identity, state.output.length)
  const added = last === null ? addItem(state, message) : ''
  const open = message.parts.at(-1)
  const part = open?.type === type ? open : { type, text: '' }
  const opened = part === open ? '' : openPart(state, message, part)
  part.text += delta
  const logprobs = type === 'output_text' ? { logprobs: [] } : {}
  const fields = { ...partPlace(state, message), delta, ...logprobs }
  return added + opened + emit(state, `response.${type}.delta`, fields)
}

function openPart(state: State, message: MessageItem, part: MessagePart): string {
  const closed = closePart(state, message)
  message.parts.push(part)
  const fields = { ...partPlace(state, message), part: partObject(part) }
  return closed + emit(state, 'response.content_part.added', fields)
}

function closePart(state: State, message: MessageItem): string {
  const part = message.parts.at(-1)
  if (part === undefined) return ''
  const place = partPlace(state, message)
  const { type, text } = part
  const whole = type === 'refusal' ? { refusal: text } : { text, logprobs: [] }
  return (
    emit(state, `response.${type}.done`, { ...place, ...whole }) +
    emit(state, 'response.content_part.done', { ...place, part: partObject(part) })
  )
}

function addArguments(state: State, item: CallItem, delta: string): string {
  item.json += delta
  const fields = { ...itemPlace(state, item), delta }
  return emit(state, 'response.function_call_arguments.delta', fields)
}

function openMessage({ output }: State): MessageItem | null {
  const last = output.at(-1)
  return last?.type === 'message' && last.status === 'in_progress' ? last : null
}

function closeMessage(state: State, status: MessageItem['status']): string {
  const message = openMessage(state)
  if (message === null) return ''
  return closePart(state, message) + closeItem(state, message, status)
}

function closeCall(state: State, item: CallItem, status: CallItem['status']): string {
  // Clients parse the text that they get, and a call without arguments has an empty object of them.
  const filled = item.json === '' ? addArguments(state, item, '{}') : ''
  const { name, json } = item
  const fields = { ...itemPlace(state, item), name, arguments: json }
  const done = emit(state, 'response.function_call_arguments.done', fields)
  return filled + done + closeItem(state, item, status)
}

function closeItem(state: State, item: OutputItem, status: OutputItem['status']): string {
  item.status = status
  const fields = { output_index: state.output.indexOf(item), item: itemObject(item) }
  return emit(state, 'response.output_item.done', fields)
}

/** Calls stay open until here, since their arguments may come in turns. */
function end(finish: Finish, state: State): string {
  state.isOver = true
  const { output, usage, model, identity } = state
  const closed = output
    .filter(({ status }) => status === 'in_progress')
    .map((item) => {
      const status = endStatus(finish, output, item)
      return item.type === 'call' ? closeCall(state, item, status) : closeMessage(state, status)
    })
  const response = finishedResponse(identity, { model, output, finish, usage })
  const type = response['status'] === 'completed' ? 'response.completed' : 'response.incomplete'
  return closed.join('') + emit(state, type, { response })
}

/** As OpenAI does it: the event that the SDKs throw, then the one that Codex looks for. */
function writeProblemEvents(problem: Problem, state: State): string {
  state.isOver = true
  const error = errorFields(problem, 'input')
  const { code = null, message = '', param = null } = error
  const id = state.passed?.id ?? null
  const response = responseObject(state.identity, {
    ...(id === null ? {} : { id }),
    model: state.model ?? state.identity.model,
    status: 'failed',
    error: { code, message },
    output: state.output.map(itemObject),
  })
  return (
    emit(state, 'error', { code, message, param, error }) +
    emit(state, 'response.failed', { response })
  )
}

function itemPlace({ output }: State, item: OutputItem): JsonObject {
  return { item_id: item.id, output_index: output.indexOf(item) }
}

function partPlace(state: State, message: MessageItem): JsonObject {
  return { ...itemPlace(state, message), content_index: message.parts.length - 1 }
}

function emit(state: State, type: string, fields: JsonObject): string {
  const body = { type, sequence_number: state.sequence++, ...fields }
  return `event: ${type}\ndata: ${JSON.stringify(body)}\n\n`
}

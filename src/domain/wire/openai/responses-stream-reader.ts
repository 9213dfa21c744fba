import { isObject, type JsonObject } from '../../json.ts'
import type { StreamReader } from '../dialect.ts'
import type { Frame } from '../frames.ts'
import type { ReplyPart, WireEvent } from '../reply.ts'
import { objectIn, objectsIn, parseJson, textIn } from './fields.ts'
import { readCompletedFinish, readIncompleteFinish } from './finish.ts'
import { garbage, problemOf } from './problems.ts'
import { callIdOf, readOutputItem, usageOf } from './responses-reply.ts'
import { termsField } from './usage.ts'

/** What an item's events have told of it so far; the rest is in its `done`. */
interface Item {
  /** Null: no function call. */
  readonly call: number | null
  hasContent: boolean
  /** Of its thoughts, which one is being told. */
  readonly thought?: number
}

interface State {
  hasStarted: boolean
  isOver: boolean
  calls: number
  hasRefusal: boolean
  readonly items: Map<string, Item>
}

/**
 * `response.created` and the start of a reasoning item are no content. The least that an upstream
 * sends is an item's `done` and `response.completed`, which alone may hold the whole answer.
 */
export function responsesStreamReader(): StreamReader {
  const state: State = {
    hasStarted: false,
    isOver: false,
    calls: 0,
    hasRefusal: false,
    items: new Map(),
  }
  return { read: (frame) => readFrame(frame, state) }
}

function readFrame({ event, data }: Frame, state: State): readonly WireEvent[] {
  if (data === '') return [{ type: 'ping' }]
  if (state.isOver || data.startsWith('[DONE]')) return []
  const body = parseJson(data)
  if (body === undefined) return fail(state, { type: 'problem', problem: garbage() })
  if (!isObject(body)) return []
  const type = textIn(body['type']) || (event ?? '')
  if (type === 'error' || isObject(body['error'])) {
    return fail(state, { type: 'problem', problem: problemOf(body, null) })
  }
  const events = readEvent(type, body, state)
  if (events.length === 0 || state.hasStarted) return events
  state.hasStarted = true
  return [start(objectIn(body['response'])), ...events]
}

function readEvent(type: string, body: JsonObject, state: State): readonly WireEvent[] {
  switch (type) {
    case 'response.created':
      if (state.hasStarted) return []
      state.hasStarted = true
      return [start(objectIn(body['response']))]
    case 'response.output_item.added':
      return readAdded(body, objectIn(body['item']), state)
    case 'response.output_item.done':
      return readItem(keyOf(body), objectIn(body['item']), state)
    case 'response.completed':
    case 'response.incomplete':
      return readEnd(type, objectIn(body['response']), state)
    case 'response.failed':
    case 'response.cancelled':
      return fail(state, {
        type: 'problem',
        problem: problemOf(objectIn(body['response']), null),
      })
    case 'keepalive':
      return [{ type: 'ping' }]
    default:
      return readDelta(type, body, state)
  }
}

function start(response: JsonObject): WireEvent {
  const id = textIn(response['id']) || null
  return { type: 'start', id, model: textIn(response['model']) || null }
}

function fail(state: State, event: WireEvent): readonly WireEvent[] {
  state.isOver = true
  return [event]
}

function readAdded(body: JsonObject, item: JsonObject, state: State): readonly WireEvent[] {
  const key = keyOf(body)
  switch (textIn(item['type'])) {
    case 'message':
      return []
    case 'reasoning':
      return startThinking(key, state)
    case 'function_call': {
      const name = textIn(item['name'])
      return name === '' ? [] : startCall(key, { id: callIdOf(item), name }, state)
    }
    default:
      state.items.set(key, { call: null, hasContent: true })
      return [{ type: 'opaque' }]
  }
}

function startThinking(key: string, state: State): readonly WireEvent[] {
  if (state.items.has(key)) return []
  state.items.set(key, { call: null, hasContent: false })
  return [{ type: 'thinking-start' }]
}

function startCall(
  key: string,
  { id, name }: { readonly id: string; readonly name: string },
  state: State,
): readonly WireEvent[] {
  const call = state.calls++
  state.items.set(key, { call, hasContent: false })
  return [{ type: 'tool-start', call, id, name }]
}

function readDelta(type: string, body: JsonObject, state: State): readonly WireEvent[] {
  const delta = textIn(body['delta'])
  if (delta === '') return []
  switch (type) {
    case 'response.output_text.delta':
      return say(body, { type: 'text', text: delta }, state)
    case 'response.refusal.delta':
      return say(body, { type: 'refusal', text: delta }, state)
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return say(body, { type: 'thinking', text: delta }, state)
    case 'response.function_call_arguments.delta': {
      const item = state.items.get(keyOf(body))
      // Without its name a call cannot be told of; its `done` has it, and all of the arguments.
      if (item === undefined || item.call === null) return []
      item.hasContent = true
      return [{ type: 'tool-arguments', call: item.call, json: delta }]
    }
    default:
      return []
  }
}

function say(
  body: JsonObject,
  event: Extract<WireEvent, { type: 'text' | 'refusal' | 'thinking' }>,
  state: State,
): readonly WireEvent[] {
  const key = keyOf(body)
  if (event.type === 'thinking') return think(key, body, event, state)
  if (event.type === 'refusal') state.hasRefusal = true
  state.items.set(key, { call: null, hasContent: true })
  return [event]
}

/** Each thought is a paragraph, as in a whole answer. */
function think(
  key: string,
  { summary_index: summary, content_index: content }: JsonObject,
  event: Extract<WireEvent, { type: 'thinking' }>,
  state: State,
): readonly WireEvent[] {
  const started = startThinking(key, state)
  const index = summary ?? content
  const thought = typeof index === 'number' ? index : 0
  const isNext = thought !== (state.items.get(key)?.thought ?? thought)
  state.items.set(key, { call: null, hasContent: true, thought })
  return [...started, isNext ? { ...event, text: `\n\n${event.text}` } : event]
}

/** A whole item: what of it was not told yet. */
function readItem(key: string, item: JsonObject, state: State): readonly WireEvent[] {
  const known = state.items.get(key)
  if (known?.hasContent === true) return []
  const events = readOutputItem(item).flatMap((part) => readPart(key, part, state))
  const told = state.items.get(key)
  if (told === undefined) state.items.set(key, { call: null, hasContent: true })
  else told.hasContent = true
  return events
}

function readPart(key: string, part: ReplyPart, state: State): readonly WireEvent[] {
  switch (part.type) {
    case 'tool-call': {
      const started = state.items.has(key) ? [] : startCall(key, part, state)
      const call = state.items.get(key)?.call ?? 0
      return [...started, { type: 'tool-arguments', call, json: part.json }]
    }
    case 'refusal':
      state.hasRefusal = true
      return [part]
    case 'thinking':
      return [...startThinking(key, state), part]
    case 'text':
    case 'opaque':
      return [part]
  }
}

function readEnd(type: string, response: JsonObject, state: State): readonly WireEvent[] {
  state.isOver = true
  const output = objectsIn(response['output'])
  const isTold = [...state.items.values()].some(({ hasContent }) => hasContent)
  const rest = isTold ? [] : output.flatMap((item, index) => readItem(String(index), item, state))
  const usage = usageOf(response)
  const held = { calls: state.calls > 0, refusal: state.hasRefusal }
  const finish =
    type === 'response.completed' ? readCompletedFinish(held) : readIncompleteFinish(response)
  return [
    ...rest,
    ...(usage === null ? [] : [{ type: 'usage', usage, ...termsField(response) } as const]),
    { type: 'finish', finish },
    { type: 'done' },
  ]
}

/** An item's place in the output, which all of its events have, else its id. */
function keyOf(body: JsonObject): string {
  const index = body['output_index']
  if (typeof index === 'number') return String(index)
  return textIn(body['item_id']) || textIn(objectIn(body['item'])['id'])
}

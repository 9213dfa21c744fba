import type { Json, JsonObject } from '../../json.ts'
import type { WireEvent } from '../reply.ts'
import { argumentsText, standInCallId } from './chat-reply.ts'
import { objectIn, objectsIn, textIn } from './fields.ts'

/** A call as its fragments have told it so far. */
interface Call {
  readonly index: number | null
  id: string
  name: string
  /** Arguments that are not given out yet, since nobody knows whose they are. */
  held: string
  /** Its number in the answer; null: not given out yet. */
  number: number | null
}

export interface ToolCalls {
  readonly calls: Call[]
  started: number
}

/** Upstreams leave out indexes and ids, repeat names, send a call whole, or mix several calls. */
export function readToolCalls(
  state: ToolCalls,
  entries: Json | undefined,
  replyId: string,
): readonly WireEvent[] {
  return objectsIn(entries).flatMap((entry) => {
    const called = objectIn(entry['function'])
    const call = callOf(state, entry, called)
    if (call.id === '') call.id = textIn(entry['id'])
    if (call.name === '') call.name = textIn(called['name'])
    call.held += argumentsText(called['arguments'])
    const isKnown = call.name !== '' && (call.id !== '' || call.held !== '')
    return isKnown ? give(state, call, replyId) : []
  })
}

/** Gives out what was waiting for an id. Null: a call has arguments and no name. */
export function endToolCalls(state: ToolCalls, replyId: string): readonly WireEvent[] | null {
  const waiting = state.calls.filter(({ number }) => number === null)
  if (waiting.some(({ name, held }) => name === '' && held !== '')) return null
  return waiting.filter(({ name }) => name !== '').flatMap((call) => give(state, call, replyId))
}

function callOf({ calls }: ToolCalls, entry: JsonObject, called: JsonObject): Call {
  const index = typeof entry['index'] === 'number' ? entry['index'] : null
  const id = textIn(entry['id'])
  const isNamed = textIn(called['name']) !== ''
  const known = findCall(calls, { index, id, isNamed })
  // Gemini's compatible API numbers each of several calls 0.
  const isAnother =
    known !== undefined && isNamed && id !== '' && known.id !== '' && known.id !== id
  if (known !== undefined && !isAnother) return known
  const call: Call = { index, id, name: '', held: '', number: null }
  calls.push(call)
  return call
}

interface Marks {
  readonly index: number | null
  readonly id: string
  readonly isNamed: boolean
}

function findCall(calls: readonly Call[], { index, id, isNamed }: Marks): Call | undefined {
  if (index !== null) return calls.findLast((call) => call.index === index)
  if (id !== '') return calls.find((call) => call.id === id)
  return isNamed ? undefined : calls.at(-1)
}

function give(state: ToolCalls, call: Call, replyId: string): readonly WireEvent[] {
  const events: WireEvent[] = []
  if (call.number === null) {
    call.number = state.started++
    if (call.id === '') call.id = standInCallId(replyId, call.number)
    events.push({ type: 'tool-start', call: call.number, id: call.id, name: call.name })
  }
  if (call.held !== '') {
    events.push({ type: 'tool-arguments', call: call.number, json: call.held })
    call.held = ''
  }
  return events
}

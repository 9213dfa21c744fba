import { isObject, type JsonObject } from '../../json.ts'
import type { StreamReader } from '../dialect.ts'
import type { Frame } from '../frames.ts'
import type { WireEvent } from '../reply.ts'
import { contentText, thinkingText } from './chat-reply.ts'
import { endToolCalls, readToolCalls, type ToolCalls } from './chat-tool-calls.ts'
import { listIn, objectIn, parseJson, textIn } from './fields.ts'
import { readChatFinish } from './finish.ts'
import { garbage, problemOf } from './problems.ts'
import { readChatUsage, termsField } from './usage.ts'

interface State {
  /** Null: not started. */
  replyId: string | null
  isThinking: boolean
  hasRefusal: boolean
  isFinished: boolean
  readonly tools: ToolCalls
}

/**
 * `done` stands for `data: [DONE]` and for nothing else. Some upstreams leave it out, so that a
 * stream which closes after its `finish` is whole, if perhaps without its usage; one which closes
 * before it was cut short. The usage comes in a chunk of its own, after the `finish`.
 */
export function chatStreamReader(): StreamReader {
  const state: State = {
    replyId: null,
    isThinking: false,
    hasRefusal: false,
    isFinished: false,
    tools: { calls: [], started: 0 },
  }
  return { read: (frame) => readFrame(frame, state) }
}

function readFrame({ event, data }: Frame, state: State): readonly WireEvent[] {
  if (data === '') return [{ type: 'ping' }]
  if (data.startsWith('[DONE]')) return [{ type: 'done' }]
  const chunk = parseJson(data)
  if (chunk === undefined) return [{ type: 'problem', problem: garbage() }]
  if (!isObject(chunk)) return []
  if (event === 'error' || isError(chunk)) {
    return [{ type: 'problem', problem: problemOf(chunk, null) }]
  }
  return readChunk(chunk, state)
}

function isError({ error }: JsonObject): boolean {
  return error !== undefined && error !== null
}

function readChunk(chunk: JsonObject, state: State): readonly WireEvent[] {
  const started = readStart(chunk, state)
  // With `n` above 1 the request stays in its own format, where only the first is looked at.
  const choice = listIn(chunk['choices']).find(
    (each) => isObject(each) && (each['index'] ?? 0) === 0,
  )
  const first = objectIn(choice)
  const content = readDelta(objectIn(first['delta']), state)
  const usage = readChatUsage(chunk['usage'])
  return [
    ...started,
    ...content,
    ...(usage === null ? [] : [{ type: 'usage', usage, ...termsField(chunk) } as const]),
    ...readFinish(textIn(first['finish_reason']), first, state),
  ]
}

/** The first chunk starts the answer, whatever it holds. */
function readStart(chunk: JsonObject, state: State): readonly WireEvent[] {
  if (state.replyId !== null || !Array.isArray(chunk['choices'])) return []
  state.replyId = textIn(chunk['id'])
  return [{ type: 'start', id: state.replyId || null, model: textIn(chunk['model']) || null }]
}

function readDelta(delta: JsonObject, state: State): readonly WireEvent[] {
  const events: WireEvent[] = []
  const thinking = thinkingText(delta)
  if (thinking !== '') {
    if (!state.isThinking) events.push({ type: 'thinking-start' })
    state.isThinking = true
    events.push({ type: 'thinking', text: thinking })
  }
  const text = contentText(delta['content'])
  if (text !== '') events.push({ type: 'text', text })
  const refusal = textIn(delta['refusal'])
  if (refusal !== '') {
    state.hasRefusal = true
    events.push({ type: 'refusal', text: refusal })
  }
  return [...events, ...readToolCalls(state.tools, delta['tool_calls'], state.replyId ?? '')]
}

/** Some repeat the reason in each of the last chunks. */
function readFinish(reason: string, choice: JsonObject, state: State): readonly WireEvent[] {
  if (reason === '' || state.isFinished) return []
  state.isFinished = true
  if (reason === 'error') return [{ type: 'problem', problem: problemOf(choice, null) }]
  const waiting = endToolCalls(state.tools, state.replyId ?? '')
  if (waiting === null) {
    const message = 'the upstream called a tool without naming it'
    return [{ type: 'problem', problem: { kind: 'api', message, code: null } }]
  }
  const held = { calls: state.tools.started > 0, refusal: state.hasRefusal }
  return [...waiting, { type: 'finish', finish: readChatFinish(reason, held) }]
}

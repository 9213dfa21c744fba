import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { ReplyIdentity, StreamWriter } from '../dialect.ts'
import type { Problem } from '../problem.ts'
import type { Finish, WireEvent } from '../reply.ts'
import { chatId } from './chat-reply.ts'
import { isContentEvent, type ContentEvent } from './content-event.ts'
import { defined } from './fields.ts'
import { writeChatFinish } from './finish.ts'
import { errorFields, noReason } from './problems.ts'
import { writeChatUsage } from './usage.ts'

interface State {
  readonly identity: ReplyIdentity
  model: string
  isStarted: boolean
  hasRefusal: boolean
  isFinished: boolean
  /** Calls that have no arguments yet. */
  readonly bare: Set<number>
  usage: Usage | null
}

/** Thinking is not written; see `writeChatReply`. */
export function chatStreamWriter(identity: ReplyIdentity): StreamWriter {
  const state: State = {
    identity,
    model: identity.model,
    isStarted: false,
    hasRefusal: false,
    isFinished: false,
    bare: new Set(),
    usage: null,
  }
  return { write: (event) => write(event, state), ping, problem }
}

function ping(): string {
  return ': ping\n\n'
}

function problem(problem: Problem): string {
  return data({ error: errorFields(problem, 'messages') })
}

function write(event: WireEvent, state: State): string {
  if (isContentEvent(event)) return begin(state) + delta(state, contentDelta(event, state))
  switch (event.type) {
    case 'start':
      state.model = event.model ?? state.identity.model
      return begin(state)
    case 'usage':
      state.usage = event.usage
      return ''
    case 'finish':
      return begin(state) + writeFinish(event.finish, state)
    case 'done':
      return writeDone(state)
    case 'problem':
      return problem(event.problem)
    case 'ping':
      return ping()
    case 'thinking-start':
    case 'thinking':
    case 'opaque':
      return ''
  }
}

function begin(state: State): string {
  if (state.isStarted) return ''
  state.isStarted = true
  return delta(state, { role: 'assistant', content: '' })
}

function contentDelta(event: ContentEvent, state: State): JsonObject {
  switch (event.type) {
    case 'text':
      return { content: event.text }
    case 'refusal':
      state.hasRefusal = true
      return { refusal: event.text }
    case 'tool-start': {
      const { call: index, id, name } = event
      state.bare.add(index)
      return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }
    }
    case 'tool-arguments':
      state.bare.delete(event.call)
      return { tool_calls: [{ index: event.call, function: { arguments: event.json } }] }
  }
}

/** A call without arguments has an empty object of them: clients parse the text that they get. */
function writeFinish(finish: Finish, state: State): string {
  state.isFinished = true
  const bare = [...state.bare].map((index) => ({ index, function: { arguments: '{}' } }))
  const calls = bare.length === 0 ? '' : delta(state, { tool_calls: bare })
  const reason = writeChatFinish(finish, state.hasRefusal)
  return calls + chunk(state, [{ index: 0, delta: {}, logprobs: null, finish_reason: reason }])
}

function writeDone(state: State): string {
  if (!state.isFinished) return problem(noReason())
  const { usage, identity } = state
  const isTold = identity.includeUsage && usage !== null
  return `${isTold ? chunk(state, [], writeChatUsage(usage)) : ''}data: [DONE]\n\n`
}

function delta(state: State, fields: JsonObject): string {
  return chunk(state, [{ index: 0, delta: fields, logprobs: null, finish_reason: null }])
}

/** A client that asked for usage finds the field in every chunk, null in all but the last. */
function chunk(
  { identity, model }: State,
  choices: readonly JsonObject[],
  usage: JsonObject | null = null,
): string {
  return data(
    defined({
      id: chatId(identity),
      object: 'chat.completion.chunk',
      created: identity.createdS,
      model,
      choices,
      usage: identity.includeUsage ? usage : undefined,
    }),
  )
}

function data(body: JsonObject): string {
  return `data: ${JSON.stringify(body)}\n\n`
}

import type { Usage } from '../../costs/usage.ts'
import { isObject, type JsonObject } from '../../json.ts'
import type { ToolCallPart } from '../conversation.ts'
import type { ReplyIdentity } from '../dialect.ts'
import { exactText } from '../exact-json.ts'
import { countOrNull, stringOrNull } from '../parsed.ts'
import type { Finish } from '../reply.ts'
import { argumentsObject } from '../tool-arguments.ts'
import { hashOf } from '../tool-names.ts'

/** What one line of an answer says; the whole of one that is not streamed. */
export interface Said {
  readonly text: string
  readonly thinking: string
  readonly calls: readonly ToolCallPart[]
}

/** Where a format has it. */
export interface AnswerShape {
  read(line: JsonObject): Said | null
  write(said: Said): JsonObject
}

export const CHAT_ANSWER: AnswerShape = {
  read: (line) => {
    const message = line['message']
    if (!isObject(message)) return null
    const { content, thinking, tool_calls: calls } = message
    return {
      text: stringOrNull(content) ?? '',
      thinking: stringOrNull(thinking) ?? '',
      calls: Array.isArray(calls)
        ? calls.flatMap((call, index) => readCall(call, `${moment(line)}.${index}`))
        : [],
    }
  },
  write: ({ text, thinking, calls }) => ({
    message: {
      role: 'assistant',
      content: text,
      ...(thinking === '' ? {} : { thinking }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map(writeCall) }),
    },
  }),
}

export const GENERATE_ANSWER: AnswerShape = {
  read: ({ response, thinking }) =>
    typeof response === 'string'
      ? { text: response, thinking: stringOrNull(thinking) ?? '', calls: [] }
      : null,
  write: ({ text, thinking }) => ({
    response: text,
    ...(thinking === '' ? {} : { thinking }),
  }),
}

/** Older servers give no ids. Those made here differ with the moment, as a conversation needs. */
function readCall(call: unknown, when: string): readonly ToolCallPart[] {
  const called = isObject(call) ? call['function'] : null
  if (!isObject(call) || !isObject(called) || typeof called['name'] !== 'string') return []
  const json = exactText(isObject(called['arguments']) ? called['arguments'] : {})
  const id = stringOrNull(call['id']) ?? `call_${hashOf(`${when} ${exactText(called)}`)}`
  return [{ type: 'tool-call', id, name: called['name'], json }]
}

function moment(line: JsonObject): string {
  return stringOrNull(line['created_at']) ?? ''
}

export function writeCall({ id, name, json }: ToolCallPart, index: number): JsonObject {
  return { id, function: { index, name, arguments: argumentsObject(json) } }
}

/** The server leaves out a count of 0. */
export function readUsage(line: JsonObject): Usage | null {
  const input = countOrNull(line['prompt_eval_count'])
  const output = countOrNull(line['eval_count'])
  if (input === null && output === null) return null
  return {
    input: input ?? 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: output ?? 0,
    webSearches: 0,
    webFetches: 0,
  }
}

/** Null: no reason is given, as where the model's process went away. */
export function readFinish(line: JsonObject, callsTools: boolean): Finish | null {
  const reason = line['done_reason']
  if (typeof reason !== 'string' || reason === '') return null
  if (reason === 'length') return { reason: 'max-tokens', stopSequence: null }
  return { reason: callsTools ? 'tool-calls' : 'end', stopSequence: null }
}

/** What begins each line. */
export function lineHead({ model, createdS }: ReplyIdentity, served: string | null): JsonObject {
  return { model: served ?? model, created_at: new Date(createdS * 1000).toISOString() }
}

/** Nothing was measured, and programs divide by the durations. */
const SOME_NS = 1

/** What the last line says beside the rest. */
export function lineEnd({ reason }: Finish, usage: Usage | null): JsonObject {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = usage ?? {}
  return {
    done: true,
    done_reason: reason === 'max-tokens' || reason === 'context-full' ? 'length' : 'stop',
    total_duration: SOME_NS,
    load_duration: SOME_NS,
    prompt_eval_count: input + cacheRead + cacheWrite5m + cacheWrite1h,
    prompt_eval_duration: SOME_NS,
    eval_count: output,
    eval_duration: SOME_NS,
  }
}

import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { ollamaChat, ollamaGenerate } from '../../../src/domain/wire/ollama/dialects.ts'
import type { Problem } from '../../../src/domain/wire/problem.ts'
import type { Reply, WireEvent } from '../../../src/domain/wire/reply.ts'
import { IDENTITY, jsonLines, readStream, writeStream } from '../../support/wire.ts'

const AT = '2026-11-22T10:00:00.123456789Z'
const HEAD = { model: 'qwen3:8b', created_at: AT }
const END = {
  ...HEAD,
  done: true,
  done_reason: 'stop',
  total_duration: 5_191_566_416,
  load_duration: 2_154_458,
  prompt_eval_count: 26,
  prompt_eval_duration: 383_809_000,
  eval_count: 298,
  eval_duration: 4_799_921_000,
}
const USAGE = {
  input: 26,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 298,
  webSearches: 0,
  webFetches: 0,
}

function says(message: JsonObject): JsonObject {
  return { ...HEAD, message: { role: 'assistant', content: '', ...message }, done: false }
}
const CALL = { id: 'call_x1', function: { index: 0, name: 'get', arguments: { city: '' } } }
const BARE_CALL = { function: { name: 'get', arguments: { city: 'Rom' } } }

test('a recorded stream with thinking, text and tools is read whole', () => {
  const text = jsonLines(
    says({ thinking: 'Let' }),
    says({ thinking: ' me' }),
    says({ content: 'Né' }),
    says({ tool_calls: [CALL] }),
    says({ tool_calls: [{ ...CALL, id: 'call_x2' }] }),
    { ...END, message: { role: 'assistant', content: '' } },
  )
  expect(readStream(ollamaChat, text.slice(0, 400), text.slice(400))).toEqual([
    { type: 'start', id: null, model: 'qwen3:8b' },
    { type: 'thinking-start' },
    { type: 'thinking', text: 'Let' },
    { type: 'thinking', text: ' me' },
    { type: 'text', text: 'Né' },
    { type: 'tool-start', call: 0, id: 'call_x1', name: 'get' },
    { type: 'tool-arguments', call: 0, json: '{"city":""}' },
    { type: 'tool-start', call: 1, id: 'call_x2', name: 'get' },
    { type: 'tool-arguments', call: 1, json: '{"city":""}' },
    { type: 'usage', usage: USAGE },
    { type: 'finish', finish: { reason: 'tool-calls', stopSequence: null } },
    { type: 'done' },
  ])
})

test('a stream of generate is read', () => {
  const text = jsonLines(
    { ...HEAD, response: '', thinking: 'hm', done: false },
    { ...HEAD, response: 'So', done: false },
    { ...END, response: '', context: [1, 2, 3] },
  )
  expect(readStream(ollamaGenerate, text).map(({ type }) => type)).toEqual([
    'start',
    'thinking-start',
    'thinking',
    'text',
    'usage',
    'finish',
    'done',
  ])
})

test('calls of an old server get ids that all differ, from answer to answer too', () => {
  const ids = ['2026-11-22T10:00:00.1Z', '2026-11-22T10:00:00.2Z'].flatMap((created_at) => {
    const line = { ...says({ tool_calls: [BARE_CALL, BARE_CALL] }), created_at }
    const events = readStream(ollamaChat, jsonLines(line))
    return events.flatMap((event) => (event.type === 'tool-start' ? [event.id] : []))
  })
  expect(new Set(ids).size).toBe(4)
  for (const id of ids) expect(id).toMatch(/^call_[0-9a-f]{8}$/)
})

test.each<[string, JsonObject, string[]]>([
  ['the window is full', { ...END, done_reason: 'length' }, ['start', 'usage', 'finish', 'done']],
  ['the model went away', { ...END, done_reason: '' }, ['start', 'usage', 'done']],
  ['nothing is counted', { ...HEAD, done: true, done_reason: 'stop' }, ['start', 'finish', 'done']],
  ['a word is empty', says({}), ['start']],
])('where %s', (_what, line, types) => {
  expect(readStream(ollamaChat, jsonLines(line)).map(({ type }) => type)).toEqual(types)
})

test('an error amid a stream is a problem, and nonsense is nothing', () => {
  const text = `${jsonLines(says({ content: 'x' }))}{"error":"an error was encountered while running the model: CUDA"}\n`
  expect(readStream(ollamaChat, text).at(-1)).toEqual({
    type: 'problem',
    problem: {
      kind: 'api',
      message: 'an error was encountered while running the model: CUDA',
      code: null,
    },
  })
  expect(readStream(ollamaChat, '\nnonsense\n[]\n{"mess')).toEqual([])
})

const BODY = {
  ...END,
  message: { role: 'assistant', content: 'So', thinking: 'hm', tool_calls: [CALL] },
}
const REPLY: Reply = {
  id: null,
  model: 'qwen3:8b',
  parts: [
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: 'So' },
    { type: 'tool-call', id: 'call_x1', name: 'get', json: '{"city":""}' },
  ],
  finish: { reason: 'tool-calls', stopSequence: null },
  usage: USAGE,
}

test('an answer is read', () => {
  expect(ollamaChat.readReply(BODY)).toEqual(REPLY)
  expect(ollamaGenerate.readReply({ ...END, done_reason: 'length', response: 'So' })).toEqual({
    ...REPLY,
    parts: [{ type: 'text', text: 'So' }],
    finish: { reason: 'max-tokens', stopSequence: null },
  })
})

test.each<[string, JsonObject]>([
  ['an error', { error: 'x' }],
  ['unfinished', { ...BODY, done: false }],
  ['without a reason', { ...BODY, done_reason: '' }],
  ['of generate', { ...END, response: 'x' }],
  ['empty', {}],
])('a body that is %s is no answer of a chat', (_what, body) => {
  expect(ollamaChat.readReply(body)).toBeNull()
})

const LAST = {
  done: true,
  done_reason: 'stop',
  total_duration: 1,
  load_duration: 1,
  prompt_eval_count: 26,
  prompt_eval_duration: 1,
  eval_count: 298,
  eval_duration: 1,
}
const OURS = { model: 'claude-x', created_at: '2026-09-21T14:13:20.000Z' }

test('an answer of another model is written', () => {
  const reply: Reply = { ...REPLY, model: 'claude-x', usage: { ...USAGE, input: 6, cacheRead: 20 } }
  expect(ollamaChat.writeReply(reply, IDENTITY)).toEqual({
    ...OURS,
    message: BODY.message,
    ...LAST,
  })
  const refusing: Reply = {
    ...reply,
    model: null,
    parts: [{ type: 'refusal', text: 'No.' }, { type: 'opaque' }],
  }
  expect(ollamaGenerate.writeReply(refusing, IDENTITY)).toEqual({
    ...OURS,
    model: 'asked-for',
    response: 'No.',
    ...LAST,
  })
})

const EVENTS: readonly WireEvent[] = [
  { type: 'start', id: 'msg_1', model: 'claude-x' },
  { type: 'thinking-start' },
  { type: 'thinking', text: 'hm' },
  { type: 'text', text: 'So' },
  { type: 'tool-arguments', call: 1, json: '{"b":' },
  { type: 'tool-start', call: 0, id: 'c0', name: 'x' },
  { type: 'tool-start', call: 1, id: 'c1', name: 'y' },
  { type: 'tool-arguments', call: 0, json: '{}' },
  { type: 'tool-arguments', call: 1, json: '2}' },
  { type: 'tool-arguments', call: 9, json: 'never begun' },
  { type: 'usage', usage: USAGE },
  { type: 'finish', finish: { reason: 'tool-calls', stopSequence: null } },
  { type: 'done' },
]

test('a stream of another model is written, calls whole and at the end', () => {
  const message = (said: JsonObject) => ({
    ...OURS,
    message: { role: 'assistant', content: '', ...said },
    done: false,
  })
  const call = (id: string, index: number, name: string, args: JsonObject) => ({
    id,
    function: { index, name, arguments: args },
  })
  expect(writeStream(ollamaChat, EVENTS)).toBe(
    jsonLines(
      message({ thinking: 'hm' }),
      message({ content: 'So' }),
      message({ tool_calls: [call('c0', 0, 'x', {}), call('c1', 1, 'y', { b: 2 })] }),
      { ...message({}), ...LAST },
    ),
  )
})

test.each<[string, readonly WireEvent[]]>([
  ['without an end', EVENTS.slice(0, -1)],
  ['without a reason', [...EVENTS.slice(0, -2), { type: 'done' }]],
])('a stream %s is not closed', (_how, events) => {
  expect(writeStream(ollamaChat, events)).not.toContain('"done":true')
})

test('a keep-alive is a line that says nothing, and an error is a line', () => {
  const chat = ollamaChat.streamWriter(IDENTITY)
  const said = { model: 'asked-for', created_at: '2026-09-21T14:13:20.000Z' }
  expect(chat.ping()).toBe(
    jsonLines({ ...said, message: { role: 'assistant', content: '' }, done: false }),
  )
  expect(chat.write({ type: 'ping' })).toBe(chat.ping())
  const generate = ollamaGenerate.streamWriter(IDENTITY)
  expect(generate.ping()).toBe(jsonLines({ ...said, response: '', done: false }))
  const problem = { kind: 'overloaded', message: 'Overloaded', code: null } as const
  expect(chat.problem(problem)).toBe('{"error":"Overloaded"}\n')
  expect(chat.write({ type: 'problem', problem })).toBe(chat.problem(problem))
})

test.each<[number, string, Problem['kind']]>([
  [404, "model 'nope' not found", 'model-not-found'],
  [404, 'model "nope" not found, try pulling it first', 'model-not-found'],
  [404, 'page not found', 'not-found'],
  [400, '"m" does not support tools', 'model-not-found'],
  [400, 'invalid options: num_ctx', 'invalid-request'],
  [400, 'the input length exceeds the context length', 'context-too-long'],
  [400, 'the request exceeds the available context size, try increasing it', 'context-too-long'],
  [500, 'input after truncation exceeds maximum context length', 'context-too-long'],
  [503, 'server busy, please try again.  maximum pending requests exceeded', 'overloaded'],
  [500, 'model requires more system memory (9 GiB) than is available', 'api'],
  [401, 'unauthorized', 'authentication'],
  [429, 'you have reached your weekly usage limit', 'billing'],
  [429, 'too many requests', 'rate-limit'],
  [502, 'upstream', 'unavailable'],
])('a %d that says %s is %s', (status, error, kind) => {
  const expected = { kind, message: error, code: null }
  expect(ollamaChat.readProblem(status, JSON.stringify({ error }))).toEqual(expected)
  expect(ollamaChat.readProblem(status, JSON.stringify({ error: { message: error } }))).toEqual(
    expected,
  )
})

test('an error that is no JSON keeps its words', () => {
  expect(ollamaChat.readProblem(404, '404 page not found')).toMatchObject({
    message: '404 page not found',
  })
})

test.each<[Problem['kind'], number]>([
  ['invalid-request', 400],
  ['context-too-long', 400],
  ['too-large', 413],
  ['authentication', 401],
  ['permission', 403],
  ['billing', 402],
  ['model-not-found', 404],
  ['not-found', 404],
  ['rate-limit', 429],
  ['overloaded', 503],
  ['timeout', 504],
  ['unavailable', 503],
  ['api', 500],
])('a problem of the kind %s is a %d whose error is a string', (kind, status) => {
  const answer = ollamaChat.writeProblem({ kind, message: 'm', code: null }, 'x')
  expect(answer).toEqual({ status, body: { error: 'm' } })
})

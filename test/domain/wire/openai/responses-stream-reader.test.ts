import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import type { WireEvent } from '../../../../src/domain/wire/reply.ts'
import { frame, readAll, USAGE } from '../../../support/openai-wire.ts'

const CREATED = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'gpt-6-sol', status: 'in_progress', output: [] },
}
const WIRE_USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 107,
}
const START = { type: 'start', id: 'resp_1', model: 'gpt-6-sol' } as const
const DONE = { type: 'done' } as const

function finish(reason: 'end' | 'tool-calls' | 'max-tokens' | 'refusal') {
  return { type: 'finish', finish: { reason, stopSequence: null } } as const
}

function completed(response: JsonObject = {}) {
  return {
    type: 'response.completed',
    response: { ...CREATED.response, status: 'completed', usage: WIRE_USAGE, ...response },
  }
}

function read(...bodies: readonly JsonObject[]): readonly WireEvent[] {
  return readAll(
    openaiResponses.streamReader(),
    bodies.map((body) => frame(body, typeof body['type'] === 'string' ? body['type'] : null)),
  )
}

const message = (text: string) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
})
const functionCall = (json: string) => ({
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'f',
  arguments: json,
})

test('a whole stream: reasoning, text, a call, usage', () => {
  const place = { output_index: 1, item_id: 'msg_1', content_index: 0 }
  const call = { output_index: 2, item_id: 'fc_1' }
  const events = read(
    CREATED,
    { type: 'response.in_progress', response: CREATED.response },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { id: 'rs_1', type: 'reasoning', summary: [] },
    },
    {
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      item_id: 'rs_1',
      summary_index: 0,
      delta: 'Hm.',
    },
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    },
    {
      type: 'response.output_item.added',
      output_index: 1,
      item: { ...message(''), content: [] },
    },
    { type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '' } },
    { type: 'response.output_text.delta', ...place, delta: 'Hi ' },
    { type: 'response.output_text.delta', ...place, delta: '🌍' },
    { type: 'response.output_text.done', ...place, text: 'Hi 🌍' },
    {
      type: 'response.content_part.done',
      ...place,
      part: { type: 'output_text', text: 'Hi 🌍' },
    },
    { type: 'response.output_item.done', output_index: 1, item: message('Hi 🌍') },
    { type: 'response.output_item.added', output_index: 2, item: functionCall('') },
    { type: 'response.function_call_arguments.delta', ...call, delta: '{"a":' },
    { type: 'response.function_call_arguments.delta', ...call, delta: '1}' },
    { type: 'response.function_call_arguments.done', ...call, arguments: '{"a":1}' },
    { type: 'response.output_item.done', output_index: 2, item: functionCall('{"a":1}') },
    completed({ output: [message('Hi 🌍'), functionCall('{"a":1}')] }),
  )
  expect(events).toEqual([
    START,
    { type: 'thinking-start' },
    { type: 'thinking', text: 'Hm.' },
    { type: 'text', text: 'Hi ' },
    { type: 'text', text: '🌍' },
    { type: 'tool-start', call: 0, id: 'call_1', name: 'f' },
    { type: 'tool-arguments', call: 0, json: '{"a":' },
    { type: 'tool-arguments', call: 0, json: '1}' },
    { type: 'usage', usage: USAGE },
    finish('tool-calls'),
    DONE,
  ])
})

test.each<[string, readonly JsonObject[]]>([
  [
    'an item and the end',
    [
      { type: 'response.output_item.done', output_index: 0, item: message('Hi') },
      { type: 'response.output_item.done', output_index: 1, item: functionCall('{}') },
      completed(),
    ],
  ],
  ['the end alone', [completed({ output: [message('Hi'), functionCall('{}')] })]],
  [
    'items without their place',
    [
      { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'Hi' },
      { type: 'response.output_item.done', item: message('Hi') },
      { type: 'response.output_item.added', item: functionCall('') },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_1', delta: '{}' },
      { type: 'response.output_item.done', item: functionCall('{}') },
      completed({ output: [message('Hi'), functionCall('{}')] }),
    ],
  ],
  [
    'a call whose arguments come before it is named',
    [
      { type: 'response.output_text.delta', output_index: 0, delta: 'Hi' },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{' },
      { type: 'response.output_item.done', output_index: 1, item: functionCall('{}') },
      completed(),
    ],
  ],
  [
    'a call whose arguments come only at its end',
    [
      { type: 'response.output_text.delta', output_index: 0, delta: 'Hi' },
      { type: 'response.output_item.added', output_index: 1, item: functionCall('') },
      { type: 'response.output_item.done', output_index: 1, item: functionCall('{}') },
      completed(),
    ],
  ],
])('%s make the same answer', (_what, bodies) => {
  expect(read(CREATED, ...bodies)).toEqual([
    START,
    { type: 'text', text: 'Hi' },
    { type: 'tool-start', call: 0, id: 'call_1', name: 'f' },
    { type: 'tool-arguments', call: 0, json: '{}' },
    { type: 'usage', usage: USAGE },
    finish('tool-calls'),
    DONE,
  ])
})

test('without the first event the answer starts with whatever comes', () => {
  expect(read({ type: 'response.output_text.delta', output_index: 0, delta: 'Hi' })).toEqual([
    { type: 'start', id: null, model: null },
    { type: 'text', text: 'Hi' },
  ])
})

test.each([
  [{ incomplete_details: { reason: 'max_output_tokens' } }, 'max-tokens'],
  [{ incomplete_details: { reason: 'content_filter' } }, 'refusal'],
  [{ incomplete_details: null }, 'max-tokens'],
] as const)('incomplete with %j ends for the reason %s', (fields, reason) => {
  const response = { ...CREATED.response, status: 'incomplete', ...fields }
  expect(read(CREATED, { type: 'response.incomplete', response })).toEqual([
    START,
    finish(reason),
    DONE,
  ])
})

test.each([
  ['response.reasoning_summary_text.delta', 'summary_index'],
  ['response.reasoning_text.delta', 'content_index'],
])('thoughts are paragraphs, as in a whole answer: %s', (type, index) => {
  const part = (number: number, delta: string) => ({
    type,
    output_index: 0,
    [index]: number,
    delta,
  })
  expect(read(CREATED, part(0, 'A'), part(0, 'B'), part(1, 'C'), part(1, 'D'))).toEqual([
    START,
    { type: 'thinking-start' },
    ...['A', 'B', '\n\nC', 'D'].map((text) => ({ type: 'thinking', text })),
  ])
})

test('a refusal is one, however complete', () => {
  const delta = { type: 'response.refusal.delta', output_index: 0, delta: 'No.' }
  expect(read(CREATED, delta, completed({ usage: null })).slice(1)).toEqual([
    { type: 'refusal', text: 'No.' },
    finish('refusal'),
    DONE,
  ])
})

test('what only OpenAI can hold is opaque, and told once', () => {
  const item = { id: 'ws_1', type: 'web_search_call', status: 'completed' }
  const events = read(
    CREATED,
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
    { type: 'response.output_item.done', output_index: 0, item },
    completed({ output: [item] }),
  )
  expect(events.slice(1)).toEqual([
    { type: 'opaque' },
    { type: 'usage', usage: { ...USAGE, webSearches: 1 } },
    finish('end'),
    DONE,
  ])
})

const billing = { kind: 'billing', message: 'No credit.', code: 'insufficient_quota' }
const error = { code: 'insufficient_quota', message: 'No credit.' }

test.each<[string, JsonObject]>([
  [
    'response.failed',
    { type: 'response.failed', response: { ...CREATED.response, status: 'failed', error } },
  ],
  ['error', { type: 'error', sequence_number: 2, param: null, ...error }],
  ['a nested error', { type: 'error', error: { type: 'insufficient_quota', ...error } }],
  ['an error without a type', { error }],
])('a quota that ends after the first event, as %s, is a problem', (_what, body) => {
  expect(read(CREATED, body)).toEqual([START, { type: 'problem', problem: billing }])
})

test('an error is told once, though two events tell of it', () => {
  const failed = { type: 'response.failed', response: { ...CREATED.response, error } }
  expect(read(CREATED, { type: 'error', ...error }, failed)).toHaveLength(2)
})

test('a keep-alive is a ping, garbage a problem, and what nobody knows nothing', () => {
  expect(read({ type: 'keepalive', sequence_number: 3 }).at(-1)).toEqual({ type: 'ping' })
  const reader = openaiResponses.streamReader()
  expect(reader.read(frame(''))).toEqual([{ type: 'ping' }])
  for (const data of ['null', '[]', '7', '{}', '{"type":"response.new_thing"}', '[DONE]']) {
    expect([data, reader.read(frame(data))]).toEqual([data, []])
  }
  expect(reader.read(frame('{"type":"resp'))).toMatchObject([{ type: 'problem' }])
})

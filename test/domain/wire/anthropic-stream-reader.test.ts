import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { WireEvent } from '../../../src/domain/wire/reply.ts'
import { readStream, serverSentEvents } from '../../support/wire.ts'

type Event = JsonObject & { readonly type: string }

const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'claude-x' }
const START: Event = {
  type: 'message_start',
  message: { ...message, stop_reason: null, usage: { input_tokens: 25, output_tokens: 1 } },
}
const STOP: Event = { type: 'message_stop' }

function block(index: number, content_block: JsonObject, ...deltas: JsonObject[]): Event[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function stopped(stop_reason: string | null, usage: JsonObject = { output_tokens: 9 }): Event {
  return { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage }
}

function read(...events: readonly Event[]): WireEvent[] {
  return readStream(anthropicMessages, serverSentEvents(...events))
}

function usage(some: Partial<Extract<WireEvent, { type: 'usage' }>['usage']>): WireEvent {
  const none = { cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0, webFetches: 0 }
  return { type: 'usage', usage: { input: 25, output: 1, ...none, ...some } }
}

test('a recorded answer with thinking, text and a tool is read whole', () => {
  const events = read(
    START,
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'signature_delta', signature: 'Eq' },
    ),
    { type: 'ping' },
    ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Né' }),
    ...block(
      2,
      { type: 'tool_use', id: 'toolu_1', name: 'get', input: {} },
      { type: 'input_json_delta', partial_json: '' },
      { type: 'input_json_delta', partial_json: '{"a":' },
      { type: 'input_json_delta', partial_json: '""}' },
    ),
    stopped('tool_use'),
    STOP,
  )
  expect(events).toEqual([
    { type: 'start', id: 'msg_1', model: 'claude-x' },
    usage({}),
    { type: 'thinking-start' },
    { type: 'thinking', text: 'hm' },
    { type: 'ping' },
    { type: 'text', text: 'Né' },
    { type: 'tool-start', call: 0, id: 'toolu_1', name: 'get' },
    { type: 'tool-arguments', call: 0, json: '{"a":' },
    { type: 'tool-arguments', call: 0, json: '""}' },
    usage({ output: 9 }),
    { type: 'finish', finish: { reason: 'tool-calls', stopSequence: null } },
    { type: 'done' },
  ])
})

test('what only Anthropic has is content all the same', () => {
  const events = read(
    ...block(0, { type: 'redacted_thinking', data: 'x' }),
    ...block(
      1,
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      { type: 'input_json_delta', partial_json: '{"query":"x"}' },
    ),
    ...block(2, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
    ...block(3, { type: 'text', text: '' }, { type: 'citations_delta', citation: {} }),
  )
  expect(events).toEqual([{ type: 'opaque' }, { type: 'opaque' }, { type: 'opaque' }])
})

test('parallel calls count from 0, and one that came whole gives its arguments', () => {
  const events = read(
    ...block(1, { type: 'tool_use', id: 'a', name: 'x', input: { whole: 1 } }),
    ...block(4, { type: 'tool_use', id: 'b', name: 'y', input: {} }),
  )
  expect(events).toEqual([
    { type: 'tool-start', call: 0, id: 'a', name: 'x' },
    { type: 'tool-arguments', call: 0, json: '{"whole":1}' },
    { type: 'tool-start', call: 1, id: 'b', name: 'y' },
  ])
})

test.each<[string, JsonObject, JsonObject, object]>([
  [
    'five classes, each token once',
    {
      input_tokens: 10,
      output_tokens: 1,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    },
    { output_tokens: 7 },
    { input: 10, output: 7, cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 20 },
  ],
  [
    'writes without a division are 5-minute ones',
    { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 30, cache_creation: null },
    { output_tokens: 7 },
    { input: 1, output: 7, cacheWrite5m: 30 },
  ],
  [
    'the sums of the last event count, with the searches',
    {
      input_tokens: 10,
      output_tokens: 1,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 20,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 20 },
    },
    {
      input_tokens: 90,
      output_tokens: 400,
      cache_read_input_tokens: 500,
      cache_creation_input_tokens: 60,
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
    },
    { input: 90, output: 400, cacheRead: 500, cacheWrite1h: 60, webSearches: 2, webFetches: 1 },
  ],
  [
    'nulls of the last event take nothing back',
    { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 100 },
    { input_tokens: null, output_tokens: 7, cache_read_input_tokens: null },
    { input: 10, output: 7, cacheRead: 100 },
  ],
])('usage: %s', (_what, first, last, expected) => {
  const events = read(
    { type: 'message_start', message: { ...message, usage: first } },
    stopped('end_turn', last),
  )
  expect(events.findLast(({ type }) => type === 'usage')).toEqual(usage(expected))
})

test('an answer that says nothing of its usage has none', () => {
  const events = read({ type: 'message_start', message }, stopped('end_turn', {}))
  expect(events.map(({ type }) => type)).toEqual(['start', 'finish'])
})

test.each([
  ['end_turn', 'end'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'max-tokens'],
  ['model_context_window_exceeded', 'context-full'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['a_new_one', 'end'],
])('the reason %s is read', (written, reason) => {
  expect(read(stopped(written, {}))).toEqual([
    { type: 'finish', finish: { reason, stopSequence: null } },
  ])
})

test('an answer that is cut has no end', () => {
  const whole = serverSentEvents(START, ...block(0, { type: 'text', text: 'x' }), stopped(null))
  const types = readStream(anthropicMessages, whole).map(({ type }) => type)
  expect(types).toEqual(['start', 'usage', 'text', 'usage'])
  expect(readStream(anthropicMessages, 'event: message_stop\ndata: {"type":"mess')).toEqual([])
})

test('an overload after the first event is a problem of its kind', () => {
  const error = { type: 'overloaded_error', message: 'Overloaded' }
  expect(read(START, { type: 'error', error }).at(-1)).toEqual({
    type: 'problem',
    problem: { kind: 'overloaded', message: 'Overloaded', code: null },
  })
  expect(readStream(anthropicMessages, 'event: error\ndata: <b>gone</b>\n\n')).toEqual([
    { type: 'problem', problem: { kind: 'api', message: 'gone', code: null } },
  ])
})

test('events without names, and events that are new, do not disturb', () => {
  const data = [START, { type: 'brand_new', x: 1 }, STOP].map((event) => JSON.stringify(event))
  const text = [...data, 'nonsense', '[1]', '"x"'].map((line) => `data: ${line}\n\n`).join('')
  expect(readStream(anthropicMessages, text).map(({ type }) => type)).toEqual([
    'start',
    'usage',
    'done',
  ])
})

import { expect, test } from 'vitest'
import type { Json } from '../../../../src/domain/json.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import type { WireEvent } from '../../../../src/domain/wire/reply.ts'
import { frame, framesOf, readAll, USAGE } from '../../../support/openai-wire.ts'

interface Change {
  readonly delta?: Json
  readonly finish?: string
  readonly usage?: Json
}

function chunk({ delta = {}, finish, usage = null }: Change) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-6-sol-2026-08-01',
    choices: [{ index: 0, delta, finish_reason: finish ?? null }],
    usage,
  }
}

function read(chunks: readonly (Json | string)[]): readonly WireEvent[] {
  return readAll(
    openaiChat.streamReader(),
    chunks.map((each) => frame(each)),
  )
}

/** What a stream of these chunks says after its start. */
function say(...changes: readonly Change[]): readonly WireEvent[] {
  const [start, ...rest] = read(changes.map(chunk))
  expect(start).toEqual({ type: 'start', id: 'chatcmpl-1', model: 'gpt-6-sol-2026-08-01' })
  return rest
}

const call = (fields: Json) => ({ delta: { tool_calls: [fields] } })
const stop = { type: 'finish', finish: { reason: 'end', stopSequence: null } } as const

test("a stream as OpenAI sends it: text, finish, usage's own chunk, the terminator", () => {
  const recorded = `data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6-sol-2026-08-01","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}

data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6-sol-2026-08-01","choices":[{"index":0,"delta":{"content":"Grüße "},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6-sol-2026-08-01","choices":[{"index":0,"delta":{"content":"🌍"},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6-sol-2026-08-01","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6-sol-2026-08-01","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}

data: [DONE]

`
  expect(readAll(openaiChat.streamReader(), framesOf(recorded))).toEqual([
    { type: 'start', id: 'chatcmpl-9', model: 'gpt-6-sol-2026-08-01' },
    { type: 'text', text: 'Grüße ' },
    { type: 'text', text: '🌍' },
    stop,
    { type: 'usage', usage: USAGE },
    { type: 'done' },
  ])
})

test('the first chunk starts the answer, whatever it holds', () => {
  expect(say(call({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }))).toEqual([
    { type: 'tool-start', call: 0, id: 'c', name: 'f' },
    { type: 'tool-arguments', call: 0, json: '{}' },
  ])
  const azure = { id: '', model: '', choices: [], prompt_filter_results: [] }
  expect(read([azure])).toEqual([{ type: 'start', id: null, model: null }])
})

test.each<[string, readonly Change[], readonly WireEvent[]]>([
  [
    'in pieces, with an empty text kept',
    [
      call({ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }),
      call({ index: 0, function: { arguments: '{"a":' } }),
      call({ index: 0, function: { arguments: '""}' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '{"a":' },
      { type: 'tool-arguments', call: 0, json: '""}' },
    ],
  ],
  [
    'mixed with another',
    [
      call({ index: 0, id: 'c', function: { name: 'f' } }),
      call({ index: 1, id: 'd', function: { name: 'g' } }),
      call({ index: 0, function: { arguments: '1' } }),
      call({ index: 1, function: { arguments: '2' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-start', call: 1, id: 'd', name: 'g' },
      { type: 'tool-arguments', call: 0, json: '1' },
      { type: 'tool-arguments', call: 1, json: '2' },
    ],
  ],
  [
    'with id and name in every piece',
    [
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '1' } }),
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '2' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '1' },
      { type: 'tool-arguments', call: 0, json: '2' },
    ],
  ],
  [
    'without indexes',
    [
      call({ id: 'c', function: { name: 'f', arguments: '1' } }),
      call({ function: { arguments: '2' } }),
      call({ id: 'd', function: { name: 'g', arguments: '3' } }),
      call({ id: 'c', function: { arguments: '4' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '1' },
      { type: 'tool-arguments', call: 0, json: '2' },
      { type: 'tool-start', call: 1, id: 'd', name: 'g' },
      { type: 'tool-arguments', call: 1, json: '3' },
      { type: 'tool-arguments', call: 0, json: '4' },
    ],
  ],
  [
    'with the same index for each of two',
    [
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }),
      call({ index: 0, id: 'd', function: { name: 'f', arguments: '{}' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '{}' },
      { type: 'tool-start', call: 1, id: 'd', name: 'f' },
      { type: 'tool-arguments', call: 1, json: '{}' },
    ],
  ],
  [
    'with the arguments before the name',
    [
      call({ index: 0, function: { arguments: '{"a"' } }),
      call({ index: 0, id: 'c', function: { arguments: ':1' } }),
      call({ index: 0, function: { name: 'f', arguments: '}' } }),
    ],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '{"a":1}' },
    ],
  ],
  [
    'with the id after the name',
    [call({ index: 0, function: { name: 'f' } }), call({ index: 0, id: 'c' })],
    [{ type: 'tool-start', call: 0, id: 'c', name: 'f' }],
  ],
  [
    'with an object for arguments',
    [call({ index: 0, id: 'c', function: { name: 'f', arguments: { a: 1 } } })],
    [
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '{"a":1}' },
    ],
  ],
])('a tool call comes %s', (_how, changes, events) => {
  expect(say(...changes)).toEqual(events)
})

test('calls without ids get ones of their own, which no other answer repeats', () => {
  const two = [
    call({ index: 0, function: { name: 'f', arguments: '{}' } }),
    call({ index: 1, function: { name: 'f' } }),
    { finish: 'stop' },
  ]
  const ids = (id: string) =>
    read(two.map((change) => ({ ...chunk(change), id }))).flatMap((event) =>
      event.type === 'tool-start' ? [event.id] : [],
    )
  const all = [...ids('a'), ...ids('b')]
  expect(new Set(all).size).toBe(4)
  for (const id of all) expect(id).toMatch(/^call_[0-9a-f]{16}$/)
})

test('a call that never gets a name is no answer', () => {
  const events = say(call({ index: 0, id: 'c', function: { arguments: '{}' } }), {
    finish: 'tool_calls',
  })
  expect(events).toMatchObject([{ type: 'problem', problem: { kind: 'api' } }])
})

test.each<[readonly Change[], string]>([
  [[{ finish: 'stop' }], 'end'],
  [[{ finish: 'eos' }], 'end'],
  [[{ finish: 'length' }], 'max-tokens'],
  [[{ finish: 'content_filter' }], 'refusal'],
  [[{ finish: 'tool_calls' }], 'end'],
  [[{ delta: { refusal: 'no' } }, { finish: 'stop' }], 'refusal'],
  [[call({ index: 0, id: 'c', function: { name: 'f' } }), { finish: 'stop' }], 'tool-calls'],
  [
    [call({ index: 0, id: 'c', function: { name: 'f' } }), { finish: 'function_call' }],
    'tool-calls',
  ],
  [[call({ index: 0, id: 'c', function: { name: 'f' } }), { finish: 'length' }], 'max-tokens'],
])('%j ends for the reason %s', (changes, reason) => {
  expect(say(...changes).at(-1)).toEqual({
    type: 'finish',
    finish: { reason, stopSequence: null },
  })
})

test('the reason is told once, however often it is said', () => {
  const usage = { prompt_tokens: 60, completion_tokens: 1 }
  expect(say({ finish: 'stop', usage }, { finish: 'stop', usage })).toMatchObject([
    { type: 'usage' },
    stop,
    { type: 'usage' },
  ])
})

test('thinking is told under either name, and begun once', () => {
  expect(
    say({ delta: { reasoning_content: 'a' } }, { delta: { reasoning: 'b', content: 'c' } }),
  ).toEqual([
    { type: 'thinking-start' },
    { type: 'thinking', text: 'a' },
    { type: 'thinking', text: 'b' },
    { type: 'text', text: 'c' },
  ])
})

test('an error inside a stream that began well is a problem', () => {
  const quota = {
    error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' },
  }
  const billing = { kind: 'billing', message: 'x', code: 'insufficient_quota' }
  expect(read([chunk({ delta: { role: 'assistant', content: '' } }), quota]).at(-1)).toEqual({
    type: 'problem',
    problem: billing,
  })
  const named = frame({ message: 'x', code: 'insufficient_quota' }, 'error')
  expect(openaiChat.streamReader().read(named)).toEqual([{ type: 'problem', problem: billing }])
  const router = {
    choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502 } }],
  }
  expect(read([router]).at(-1)).toMatchObject({
    type: 'problem',
    problem: { kind: 'unavailable', code: '502' },
  })
})

test.each([
  ['{"choices":[{"delta":{"content":"cut', 'problem'],
  ['<html>502</html>', 'problem'],
  ['', 'ping'],
  ['[DONE]', 'done'],
])('%j is a %s', (data, type) => {
  expect(read([data]).map((event) => event.type)).toEqual([type])
})

test.each([['null'], ['1'], ['"x"'], ['[]'], ['{}'], ['{"choices":7}'], ['{"usage":{}}']])(
  '%s says nothing',
  (data) => {
    expect(read([data])).toEqual([])
  },
)

import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Conversation } from '../../../src/domain/wire/conversation.ts'
import { BadRequest } from '../../../src/domain/wire/dialect.ts'
import { ollamaChat, ollamaGenerate } from '../../../src/domain/wire/ollama/dialects.ts'
import { conversation } from '../../support/wire.ts'

const HI = [{ role: 'user', content: 'hi' }]

function chat(fields: JsonObject) {
  return ollamaChat.readRequest({ model: 'm', messages: HI, ...fields })
}

function generate(fields: JsonObject) {
  return ollamaGenerate.readRequest({ model: 'm', prompt: 'hi', ...fields })
}

test('a chat with tools is read, ids made up where the client has none', () => {
  const call = (name: string) => ({ function: { name, arguments: { a: 1 } } })
  const { conversation: read } = chat({
    messages: [
      { role: 'system', content: 'brief' },
      { role: 'user', content: 'look', images: ['/9j/4AAQ', 'iVBORw0KGgoAAA', 'Qk0='] },
      {
        role: 'assistant',
        content: '',
        thinking: 'hm',
        tool_calls: [call('x'), call('y'), call('y')],
      },
      { role: 'tool', content: 'of y', tool_name: 'y' },
      { role: 'tool', content: 'of x' },
      { role: 'tool', content: 'of the last', tool_name: 'unheard of' },
      { role: 'system', content: 'new rule' },
      { role: 'Assistant', content: '', tool_calls: [{ id: 'c9', ...call('z') }] },
      { role: 'tool', content: 'of z', tool_call_id: 'c9', images: ['R0lGODlh'] },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'x', description: 'd', parameters: { type: 'object' } },
      },
      { type: 'function', function: { name: 'y' } },
    ],
  })
  const result = (id: string, text: string) => ({
    role: 'user',
    parts: [{ type: 'tool-result', id, parts: [{ type: 'text', text }], isError: false }],
  })
  const image = (mediaType: string, data: string) => ({
    type: 'image',
    source: { kind: 'base64', mediaType, data },
  })
  const called = (id: string, name: string) => ({ type: 'tool-call', id, name, json: '{"a":1}' })
  expect(read).toEqual({
    ...conversation(),
    stream: true,
    system: ['brief'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'look' },
          image('image/jpeg', '/9j/4AAQ'),
          image('image/png', 'iVBORw0KGgoAAA'),
          image('application/octet-stream', 'Qk0='),
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          called('call_0', 'x'),
          called('call_1', 'y'),
          called('call_2', 'y'),
        ],
      },
      result('call_1', 'of y'),
      result('call_0', 'of x'),
      result('call_2', 'of the last'),
      { role: 'system', parts: [{ type: 'text', text: 'new rule' }] },
      { role: 'assistant', parts: [called('c9', 'z')] },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'c9',
            parts: [{ type: 'text', text: 'of z' }, image('image/gif', 'R0lGODlh')],
            isError: false,
          },
        ],
      },
    ],
    tools: [
      { name: 'x', description: 'd', schema: { type: 'object' }, strict: null },
      { name: 'y', description: null, schema: { type: 'object', properties: {} }, strict: null },
    ],
  })
})

test.each<[string, JsonObject, Partial<Conversation>]>([
  ['a stream unless it says no', {}, { stream: true }],
  ['no stream', { stream: false }, { stream: false }],
  [
    'sampling',
    { options: { temperature: 1.5, top_p: 0.9, top_k: 5 } },
    { temperature: 1.5, topP: 0.9, topK: 5 },
  ],
  ['one stop', { options: { stop: 'x' } }, { stop: ['x'] }],
  ['stops', { options: { stop: ['x', 'y'] } }, { stop: ['x', 'y'] }],
  ['a length', { options: { num_predict: 7 } }, { maxOutputTokens: 7 }],
  ['no end', { options: { num_predict: -1 } }, { maxOutputTokens: null }],
  ['no thinking', { think: false }, { effort: 'none' }],
  ['thinking', { think: true }, { effort: 'medium' }],
  ['much thinking', { think: 'max' }, { effort: 'max' }],
  ['JSON', { format: 'json' }, { format: { type: 'json' } }],
  ['any answer', { format: '' }, { format: null }],
  [
    'a schema',
    { format: { type: 'object' } },
    { format: { type: 'json-schema', name: null, schema: { type: 'object' }, strict: null } },
  ],
])('%s is read, of a chat and of a prompt', (_what, fields, expected) => {
  expect(chat(fields).conversation).toMatchObject(expected)
  expect(generate(fields).conversation).toMatchObject(expected)
})

test('a prompt is read', () => {
  const { conversation: read, bound } = generate({ system: 'brief', images: ['/9j/4'], suffix: '' })
  expect(read).toEqual({
    ...conversation(),
    stream: true,
    system: ['brief'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'hi' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data: '/9j/4' } },
        ],
      },
    ],
  })
  expect(bound).toEqual([])
})

test('what only Ollama knows is dropped and listed', () => {
  const fields = {
    keep_alive: '5m',
    truncate: true,
    logprobs: null,
    options: { num_ctx: 1, seed: 2, mirostat: null },
  }
  expect(chat(fields).dropped).toEqual([
    'keep_alive',
    'truncate',
    'options.num_ctx',
    'options.seed',
  ])
})

test.each<[string, JsonObject]>([
  ['suffix', { suffix: '}' }],
  ['template', { template: '{{ .Prompt }}' }],
  ['raw', { raw: true }],
  ['context', { context: [1, 2] }],
  ['width', { width: 512 }],
  ['prompt', { prompt: '', keep_alive: 0 }],
])('%s binds a prompt to Ollama', (field, fields) => {
  expect(generate(fields).bound).toEqual([field])
})

test('a chat without messages only loads the model', () => {
  expect(chat({ messages: [] }).bound).toEqual(['messages'])
  expect(ollamaChat.readRequest({ model: 'm' }).bound).toEqual(['messages'])
})

test.each<[string, JsonObject]>([
  ['model: missing', { model: null }],
  ['messages.0.role: missing', { messages: [{}] }],
  [
    "messages.0.role: not 'system', 'user', 'assistant' or 'tool'",
    { messages: [{ role: 'developer', content: 'x' }] },
  ],
  ['messages.0.content: not a string', { messages: [{ role: 'user', content: [] }] }],
  ['messages.0.images.0: not a string', { messages: [{ role: 'user', images: [7] }] }],
  [
    'messages.0.tool_calls.0.function: missing',
    { messages: [{ role: 'assistant', tool_calls: [{}] }] },
  ],
  [
    'messages.0.tool_calls.0.function.arguments: not an object',
    {
      messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'x', arguments: '{}' } }] }],
    },
  ],
  ['tools.0.function: missing', { tools: [{}] }],
  ['options: not an object', { options: [] }],
  ['options.temperature: not a number', { options: { temperature: 'hot' } }],
  ['think: no such level', { think: 'hard' }],
  ['think: not a string', { think: 7 }],
  ["format: not 'json' or a schema", { format: 'yaml' }],
])('it is refused by name: %s', (message, fields) => {
  expect(() => chat(fields)).toThrow(new BadRequest(message))
})

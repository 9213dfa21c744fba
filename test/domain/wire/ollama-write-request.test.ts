import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Conversation, Turn } from '../../../src/domain/wire/conversation.ts'
import type { WriteTarget } from '../../../src/domain/wire/dialect.ts'
import { ollamaChat, ollamaGenerate } from '../../../src/domain/wire/ollama/dialects.ts'
import { conversation, target, written } from '../../support/wire.ts'

const TOOL = {
  name: 'get',
  description: null,
  schema: { properties: { a: { type: 'string' } } },
  strict: null,
}
const OTHER = { ...TOOL, name: 'put', description: 'puts' }

function write(some: Partial<Conversation>, known: Partial<WriteTarget> = {}) {
  return written(ollamaChat.writeRequest(conversation(some), target('qwen3:8b', known)))
}

function said(text: string): Turn {
  return { role: 'user', parts: [{ type: 'text', text }] }
}

test('a conversation of another format is written for Ollama', () => {
  const { body, dropped } = write({
    system: ['one', 'two'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'look' },
          { type: 'text', text: 'here' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVB' } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: 'So' },
          { type: 'tool-call', id: 'c1', name: 'get', json: '{"a":"1"}' },
          { type: 'tool-call', id: 'c2', name: 'put', json: '' },
        ],
      },
      { role: 'system', parts: [{ type: 'text', text: 'rule' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'and' },
          {
            type: 'tool-result',
            id: 'c1',
            isError: true,
            parts: [{ type: 'text', text: 'no file' }],
          },
          {
            type: 'tool-result',
            id: 'c2',
            isError: false,
            parts: [
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aaa' } },
            ],
          },
          { type: 'tool-result', id: 'c3', isError: false, parts: [] },
        ],
      },
    ],
    tools: [TOOL, OTHER],
    temperature: 1.5,
    topP: 0.5,
    topK: 3,
    stop: ['x'],
    maxOutputTokens: 100,
    format: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    userId: 'u',
    parallelTools: false,
    stream: true,
  })
  expect(body).toEqual({
    model: 'qwen3:8b',
    stream: true,
    format: { type: 'object' },
    truncate: false,
    shift: false,
    options: {
      num_ctx: 4096,
      num_predict: 100,
      temperature: 1.5,
      top_p: 0.5,
      top_k: 3,
      stop: ['x'],
    },
    messages: [
      { role: 'system', content: 'one\n\ntwo' },
      { role: 'user', content: 'look\n\nhere', images: ['iVB'] },
      {
        role: 'assistant',
        content: 'So',
        thinking: 'hm',
        tool_calls: [
          { id: 'c1', function: { index: 0, name: 'get', arguments: { a: '1' } } },
          { id: 'c2', function: { index: 1, name: 'put', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'Error: no file', tool_name: 'get', tool_call_id: 'c1' },
      { role: 'tool', content: '', images: ['aaa'], tool_name: 'put', tool_call_id: 'c2' },
      { role: 'tool', content: '', tool_call_id: 'c3' },
      { role: 'user', content: '<system-reminder>\nrule\n</system-reminder>\n\nand' },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'get',
          parameters: { type: 'object', properties: { a: { type: 'string' } } },
        },
      },
      {
        type: 'function',
        function: {
          name: 'put',
          description: 'puts',
          parameters: { type: 'object', properties: { a: { type: 'string' } } },
        },
      },
    ],
  })
  expect(dropped).toEqual(['user', 'parallel_tool_calls'])
})

test.each<[string, Conversation['toolChoice'], string[], string[], string[]]>([
  ['none: no tool is offered', { type: 'none' }, [], [], []],
  ['auto: all are', { type: 'auto' }, ['get', 'put'], [], []],
  [
    'any: all are, and it is asked to',
    { type: 'any' },
    ['get', 'put'],
    ['Answer with a call of one of the tools.'],
    ['tool_choice'],
  ],
  [
    'one: it is the only one',
    { type: 'tool', name: 'put' },
    ['put'],
    ['Answer with a call of the tool "put".'],
    ['tool_choice'],
  ],
  [
    'one that is not there: all are',
    { type: 'tool', name: 'x' },
    ['get', 'put'],
    ['Answer with a call of the tool "x".'],
    ['tool_choice'],
  ],
])('the choice of tools, %s', (...[, toolChoice, names, system, lost]) => {
  const { body, dropped } = write({ tools: [TOOL, OTHER], toolChoice })
  expect(body).toMatchObject({
    messages: [...system.map((content) => ({ role: 'system', content })), {}],
  })
  expect(JSON.stringify(body['tools'] ?? []).match(/(?<="name":")\w+/g) ?? []).toEqual(names)
  expect(dropped).toEqual(lost)
})

test.each<[Conversation['effort'], boolean | null, unknown, string[]]>([
  [null, true, undefined, []],
  ['none', true, false, []],
  ['none', null, false, []],
  ['none', false, undefined, []],
  ['minimal', true, 'low', []],
  ['medium', true, 'medium', []],
  ['max', true, 'high', []],
  ['high', null, undefined, ['effort']],
  ['high', false, undefined, ['effort']],
])('the effort %j with thinking %j is think %j', (effort, thinking, think, lost) => {
  const { body, dropped } = write({ effort }, { thinking })
  expect(body['think']).toBe(think)
  expect(dropped).toEqual(lost)
})

const LONG = 'word '.repeat(20_000)

test.each<[string, Partial<Conversation>, Partial<WriteTarget>, number]>([
  ['at least 4096', { maxOutputTokens: 1 }, {}, 4096],
  ['room for an answer of unsaid length', {}, {}, 8192],
  ['at most the window of the model', { maxOutputTokens: 100_000 }, { contextTokens: 3000 }, 3000],
  ['room for the answer', { maxOutputTokens: 5000 }, {}, 8192],
  ['no more room than an answer takes', { maxOutputTokens: 128_000 }, {}, 65_536],
  [
    'no more room than the model answers',
    { maxOutputTokens: 128_000 },
    { outputTokens: 4000 },
    4096,
  ],
  ['room for the prompt', { turns: [said(LONG)] }, {}, 65_536],
  [
    'the window itself, where it is not a power of two',
    { turns: [said(LONG)] },
    { contextTokens: 40_960 },
    40_960,
  ],
])('the window is %s', (_what, some, known, window) => {
  expect(write(some, known).body).toMatchObject({ options: { num_ctx: window } })
})

test('the window stays while a conversation grows, so that the model is not loaded anew', () => {
  const windows = Array.from({ length: 30 }, (_, turns) => {
    const { body } = write({ turns: [said('word '.repeat(1000 * turns))] })
    return JSON.stringify(body['options'])
  })
  expect(new Set(windows).size).toBe(4)
})

test.each<[number | null, number | null, string[] | null]>([
  [null, null, null],
  [null, 2000, ['2000']],
  [128_000, 2000, ['2000']],
  [10, null, ['10']],
])('asked for %j tokens of %j it answers with %j', (maxOutputTokens, outputTokens, expected) => {
  const { options } = write({ maxOutputTokens }, { outputTokens }).body
  expect(JSON.stringify(options).match(/(?<="num_predict":)\d+/g)).toEqual(expected)
})

const IMAGE = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'x' },
} as const

test.each<[string, Partial<Conversation>, Partial<WriteTarget>]>([
  [
    'the prompt is about 33350 tokens, and qwen3:8b holds 32768',
    { turns: [said(LONG)] },
    { contextTokens: 32_768 },
  ],
  ['qwen3:8b sees no images', { turns: [{ role: 'user', parts: [IMAGE] }] }, { vision: false }],
  [
    'qwen3:8b sees no images',
    {
      turns: [
        { role: 'user', parts: [{ type: 'tool-result', id: 'x', parts: [IMAGE], isError: false }] },
      ],
    },
    { vision: false },
  ],
  ['qwen3:8b calls no tools', { tools: [TOOL] }, { tools: false }],
  ['Ollama has no request that only warms a cache', { maxOutputTokens: 0 }, {}],
  [
    'an image is given by its address, and Ollama takes it by its bytes only',
    { turns: [{ role: 'user', parts: [{ type: 'image', source: { kind: 'url', url: 'u' } }] }] },
    {},
  ],
])('it says why not: %s', (impossible, some, known) => {
  expect(ollamaChat.writeRequest(conversation(some), target('qwen3:8b', known))).toEqual({
    impossible,
    ...(impossible.startsWith('the prompt is') ? { tooLong: true } : {}),
  })
})

test('tools that must not be called are no reason against a model without', () => {
  const { body } = write({ tools: [TOOL], toolChoice: { type: 'none' } }, { tools: false })
  expect(body['tools']).toBeUndefined()
})

test('a prompt is written for generate, a conversation is not', () => {
  const one = conversation({
    system: ['brief'],
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }, IMAGE] }],
    format: { type: 'json' },
  })
  expect(written(ollamaGenerate.writeRequest(one, target('m'))).body).toEqual({
    model: 'm',
    stream: false,
    format: 'json',
    truncate: false,
    shift: false,
    options: { num_ctx: 8192 },
    prompt: 'hi',
    system: 'brief',
    images: ['x'],
  })
  const more: JsonObject = { impossible: 'this format holds one prompt, and no conversation' }
  const turns: Turn[] = [
    said('a'),
    { role: 'assistant', parts: [{ type: 'text', text: 'b' }] },
    said('c'),
  ]
  expect(ollamaGenerate.writeRequest(conversation({ turns }), target('m'))).toEqual(more)
  expect(ollamaGenerate.writeRequest(conversation({ tools: [TOOL] }), target('m'))).toEqual(more)
})

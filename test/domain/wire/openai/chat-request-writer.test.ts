import { expect, test } from 'vitest'
import type { Conversation } from '../../../../src/domain/wire/conversation.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import { BARE, target, write } from '../../../support/openai-wire.ts'

const USER = { role: 'user', content: 'hi' }
const PNG = 'data:image/png;base64,iVBORw0KGgo='
const IMAGE = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
} as const

const toolTurns: Conversation['turns'] = [
  { role: 'user', parts: [{ type: 'text', text: 'look' }] },
  {
    role: 'assistant',
    parts: [
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'I will.' },
      { type: 'tool-call', id: 'toolu_1', name: 'look', json: '{"a":1}' },
      { type: 'tool-call', id: 'toolu_2', name: 'look', json: '{}' },
    ],
  },
  { role: 'system', parts: [{ type: 'text', text: 'Be quick.' }] },
  {
    role: 'user',
    parts: [
      { type: 'text', text: 'Well?' },
      {
        type: 'tool-result',
        id: 'toolu_1',
        parts: [{ type: 'text', text: 'seen' }, IMAGE],
        isError: false,
      },
      {
        type: 'tool-result',
        id: 'toolu_2',
        parts: [{ type: 'text', text: 'no such file' }],
        isError: true,
      },
    ],
  },
]

test('results of tools come directly after the calls, their images after them all', () => {
  const { body, dropped } = write(openaiChat, { turns: toolTurns })
  expect(body['messages']).toEqual([
    { role: 'user', content: 'look' },
    {
      role: 'assistant',
      content: 'I will.',
      tool_calls: [
        { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
        { id: 'toolu_2', type: 'function', function: { name: 'look', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'seen' },
    { role: 'tool', tool_call_id: 'toolu_2', content: 'Error:\n\nno such file' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'From the result of the tool call toolu_1:' },
        { type: 'image_url', image_url: { url: PNG } },
      ],
    },
    { role: 'system', content: 'Be quick.' },
    { role: 'user', content: 'Well?' },
  ])
  expect(dropped).toEqual(['thinking'])
})

test('calls without text have null for content, and a result without content has ""', () => {
  const { body } = write(openaiChat, {
    turns: [
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: 'f', json: '{}' }] },
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'b', name: 'f', json: '{}' }] },
      {
        role: 'user',
        parts: [{ type: 'tool-result', id: 'a', parts: [], isError: false }],
      },
      {
        role: 'user',
        parts: [{ type: 'tool-result', id: 'b', parts: [IMAGE], isError: false }],
      },
    ],
  })
  expect(body['messages']).toMatchObject([
    { role: 'assistant', content: null, tool_calls: [{ id: 'a' }, { id: 'b' }] },
    { role: 'tool', tool_call_id: 'a', content: '' },
    { role: 'tool', tool_call_id: 'b', content: '(an image: see the next message)' },
    { role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] },
  ])
})

test('instructions are one first message, without what is meant for Anthropic alone', () => {
  const { body, dropped } = write(openaiChat, {
    system: ['x-anthropic-billing-header: cc_version=2.1.330', 'One.', '', 'Two.'],
  })
  expect(body['messages']).toEqual([{ role: 'system', content: 'One.\n\nTwo.' }, USER])
  expect(dropped).toEqual([])
  expect(write(openaiChat, { system: ['x-anthropic-billing-header: x'] }).body['messages']).toEqual(
    [USER],
  )
})

test('texts alone are one text, with images they are parts', () => {
  const text = { type: 'text', text: 'a' } as const
  const url = { type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } } as const
  const { body } = write(openaiChat, {
    turns: [
      { role: 'user', parts: [text, text] },
      { role: 'user', parts: [text, url] },
    ],
  })
  expect(body['messages']).toEqual([
    { role: 'user', content: 'a\n\na' },
    {
      role: 'user',
      content: [text, { type: 'image_url', image_url: { url: 'https://x.test/a.png' } }],
    },
  ])
})

const tool = { name: 'f', description: null, schema: {}, strict: null }

test.each<[Conversation['toolChoice'], unknown]>([
  [{ type: 'auto' }, 'auto'],
  [{ type: 'any' }, 'required'],
  [{ type: 'none' }, 'none'],
  [
    { type: 'tool', name: 'f' },
    { type: 'function', function: { name: 'f' } },
  ],
  [null, undefined],
])('the choice %j is %j', (toolChoice, written) => {
  const { body } = write(openaiChat, { tools: [tool], toolChoice, parallelTools: false })
  expect(body['tool_choice']).toEqual(written)
  expect(body['parallel_tool_calls']).toBe(false)
  expect(body['tools']).toEqual([
    {
      type: 'function',
      function: { name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
    },
  ])
})

test('without tools nothing is said of their use', () => {
  const { body } = write(openaiChat, { toolChoice: { type: 'auto' }, parallelTools: false })
  expect(Object.keys(body)).toEqual(['model', 'messages'])
})

test('names that OpenAI refuses get stand-ins, everywhere alike, and a way back', () => {
  const long = `mcp__${'a'.repeat(80)}`
  const names = [long, `${long}b`, 'files.read', 'fine-name_1']
  const { body, toolNames } = write(openaiChat, {
    tools: names.map((name) => ({ ...tool, name })),
    toolChoice: { type: 'tool', name: 'files.read' },
    turns: [
      {
        role: 'assistant',
        parts: [{ type: 'tool-call', id: `id${'x'.repeat(40)}`, name: long, json: '{}' }],
      },
      {
        role: 'user',
        parts: [{ type: 'tool-result', id: `id${'x'.repeat(40)}`, parts: [], isError: false }],
      },
    ],
  })
  const written = [...toolNames.keys()]
  expect([...toolNames.values()]).toEqual(names.slice(0, 3))
  expect(new Set(written).size).toBe(3)
  for (const name of written) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  expect(body['tools']).toMatchObject(
    [...written, 'fine-name_1'].map((name) => ({ function: { name } })),
  )
  expect(body['tool_choice']).toMatchObject({ function: { name: written[2] } })
  const id = expect.stringMatching(/^[\w-]{1,40}$/)
  expect(body['messages']).toMatchObject([
    { tool_calls: [{ id, function: { name: written[0] } }] },
    { tool_call_id: id },
  ])
})

test('a stream asks for its usage', () => {
  expect(write(openaiChat, { stream: true }).body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  })
  expect(write(openaiChat, {}).body).not.toHaveProperty('stream')
})

test('the output limit is the lower of what is asked and what the model can', () => {
  const conversation = { ...BARE, maxOutputTokens: 128_000 }
  const limitOf = (outputTokens: number | null) =>
    openaiChat.writeRequest(conversation, target('gpt-4.1', { outputTokens }))
  expect(limitOf(32_768)).toMatchObject({ body: { max_completion_tokens: 32_768 } })
  expect(limitOf(null)).toMatchObject({ body: { max_completion_tokens: 128_000 } })
})

test.each([
  [null, undefined],
  ['ann', 'ann'],
  ['', undefined],
  ['u'.repeat(64), 'u'.repeat(64)],
  [`{"device_id":"${'d'.repeat(64)}"}`, expect.stringMatching(/^[0-9a-f]{16}$/)],
])('the user %j is %j', (userId, written) => {
  expect(write(openaiChat, { userId }).body['safety_identifier']).toEqual(written)
})

test('reasoning models get no temperature, top_p or stop, others no more than four stops', () => {
  const sampling = { temperature: 0.5, topP: 0.9, topK: 40, stop: ['1', '2', '3', '4', '5'] }
  const able = write(openaiChat, sampling)
  expect(able.body).toMatchObject({ temperature: 0.5, top_p: 0.9, stop: ['1', '2', '3', '4'] })
  expect(able.dropped).toEqual(['top_k', 'stop'])
  for (const model of ['o3', 'o4-mini', 'gpt-5', 'gpt-5.6-sol', 'gpt-6.1-terra', 'openai/gpt-5']) {
    const { body, dropped } = write(openaiChat, sampling, model)
    expect(body).toEqual({ model, messages: [USER] })
    expect(dropped).toEqual(['top_k', 'temperature', 'top_p', 'stop'])
  }
})

const closed = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
}
const open = { type: 'object', properties: { a: { type: 'string' } } }

test.each<[Conversation['format'], unknown, readonly string[]]>([
  [null, undefined, []],
  [{ type: 'json' }, { type: 'json_object' }, []],
  [
    { type: 'json-schema', name: null, schema: closed, strict: null },
    { type: 'json_schema', json_schema: { name: 'answer', schema: closed, strict: true } },
    [],
  ],
  [
    { type: 'json-schema', name: 'n', schema: open, strict: null },
    { type: 'json_schema', json_schema: { name: 'n', schema: open, strict: false } },
    ['strict'],
  ],
  [
    { type: 'json-schema', name: 'n', schema: open, strict: false },
    { type: 'json_schema', json_schema: { name: 'n', schema: open, strict: false } },
    [],
  ],
])('the format %j is %j', (format, written, lost) => {
  const { body, dropped } = write(openaiChat, { format })
  expect(body['response_format']).toEqual(written)
  expect(dropped).toEqual(lost)
})

test('JSON is asked for in words where nothing else does', () => {
  const said = [{ role: 'user', parts: [{ type: 'text', text: 'as json please' }] } as const]
  const asked = { role: 'system', content: 'Answer in JSON.' }
  const format = { type: 'json' } as const
  expect(write(openaiChat, { format }).body['messages']).toEqual([asked, USER])
  expect(write(openaiChat, { format, turns: said }).body['messages']).not.toContainEqual(asked)
})

test.each<[Partial<Conversation>, Parameters<typeof target>[1], string | null]>([
  [{ turns: toolTurns }, { vision: false }, 'm reads no images'],
  [{ turns: toolTurns }, { vision: true }, null],
  [{ tools: [tool] }, { tools: false }, 'm calls no tools'],
  [{ turns: toolTurns }, { tools: false }, 'm calls no tools'],
  [{}, { tools: false, vision: false, thinking: false }, null],
  [
    { turns: [...BARE.turns, { role: 'assistant', parts: [{ type: 'text', text: '{' }] }] },
    {},
    'm cannot go on with an answer begun',
  ],
  [{ maxOutputTokens: 0 }, {}, 'OpenAI has no request that only warms a cache'],
])('%j with %j: %j', (change, known, impossible) => {
  const written = openaiChat.writeRequest({ ...BARE, ...change }, target('m', known))
  expect('impossible' in written ? written.impossible : null).toBe(impossible)
})

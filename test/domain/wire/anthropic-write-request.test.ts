import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import type { Conversation } from '../../../src/domain/wire/conversation.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { conversation, target, written } from '../../support/wire.ts'

function write(some: Partial<Conversation>, model = 'claude-sonnet-5-5') {
  return written(anthropicMessages.writeRequest(conversation(some), target(model)))
}

const TOOL = { name: 'get', description: 'gets', schema: { type: 'object' }, strict: null }

test('a conversation of another format is written for Claude', () => {
  const { body, dropped, toolNames } = write({
    system: ['one', ' ', 'two'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'look' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVB' } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: '' },
          { type: 'tool-call', id: 'call:1', name: 'mcp.get/x', json: '{"a":1.0}' },
          { type: 'tool-call', id: 'call_2', name: 'get', json: 'not json' },
        ],
      },
      { role: 'system', parts: [{ type: 'text', text: 'new rule' }] },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'call:1',
            parts: [{ type: 'image', source: { kind: 'url', url: 'https://x' } }],
            isError: true,
          },
        ],
      },
      { role: 'user', parts: [{ type: 'tool-result', id: 'call_2', parts: [], isError: false }] },
    ],
    tools: [TOOL, { ...TOOL, name: 'mcp.get/x', strict: true }],
    parallelTools: false,
    stream: true,
    userId: 'u',
    stop: ['END', '\n'],
  })
  expect(body).toEqual({
    model: 'claude-sonnet-5-5',
    max_tokens: 8192,
    system: [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVB' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'mcp_get_x_d2fe3e76', input: { a: 1 } },
          { type: 'tool_use', id: 'call_2', name: 'get', input: { arguments: 'not json' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'call_1',
            content: [{ type: 'image', source: { type: 'url', url: 'https://x' } }],
            is_error: true,
          },
          { type: 'tool_result', tool_use_id: 'call_2' },
          { type: 'text', text: '<system-reminder>\nnew rule\n</system-reminder>' },
        ],
      },
    ],
    tools: [
      { name: 'get', description: 'gets', input_schema: { type: 'object' } },
      { name: 'mcp_get_x_d2fe3e76', description: 'gets', input_schema: { type: 'object' } },
    ],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    stop_sequences: ['END'],
    metadata: { user_id: 'u' },
    stream: true,
  })
  expect(dropped).toEqual(['thinking', 'strict', 'stop'])
  expect([...toolNames]).toEqual([['mcp_get_x_d2fe3e76', 'mcp.get/x']])
})

test.each([
  [null, null, 8192],
  [null, 64_000, 64_000],
  [128_000, 64_000, 64_000],
  [10, 64_000, 10],
])('asked for %j tokens of %j it asks for %j', (maxOutputTokens, outputTokens, expected) => {
  const writing = anthropicMessages.writeRequest(
    conversation({ maxOutputTokens }),
    target('claude-haiku-4-5', { outputTokens }),
  )
  expect(written(writing).body['max_tokens']).toBe(expected)
})

test.each<[string, string, Partial<Conversation>, JsonObject]>([
  [
    'an answer to go on with',
    'claude-sonnet-4-6',
    {
      turns: [
        { role: 'user', parts: [{ type: 'text', text: 'a' }] },
        { role: 'assistant', parts: [{ type: 'text', text: '{' }] },
      ],
    },
    {},
  ],
  [
    'images for a blind model',
    'claude-x',
    { turns: [{ role: 'user', parts: [{ type: 'image', source: { kind: 'url', url: 'u' } }] }] },
    { vision: false },
  ],
  ['tools for a model without', 'claude-x', { tools: [TOOL] }, { tools: false }],
  [
    'an image of an odd kind',
    'claude-opus-5',
    {
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'image', source: { kind: 'base64', mediaType: 'image/tiff', data: 'x' } },
          ],
        },
      ],
    },
    {},
  ],
])('%s cannot be asked there', (_what, model, some, known) => {
  const writing = anthropicMessages.writeRequest(conversation(some), { ...target(model), ...known })
  expect(writing).toEqual({ impossible: expect.stringContaining(model) })
})

test('an older Claude goes on with an answer, without the blanks at its end', () => {
  const { body } = write(
    {
      turns: [
        { role: 'user', parts: [{ type: 'text', text: 'a' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'Once \n' }] },
      ],
    },
    'claude-haiku-4-5',
  )
  expect(body['messages']).toMatchObject([{}, { role: 'assistant', content: [{ text: 'Once' }] }])
})

test('instructions alone are asked, and an assistant does not begin', () => {
  expect(write({ system: ['Write.'], turns: [] }).body).toEqual({
    model: 'claude-sonnet-5-5',
    max_tokens: 8192,
    messages: [{ role: 'user', content: 'Write.' }],
  })
  const turns = [
    { role: 'assistant' as const, parts: [{ type: 'text' as const, text: 'Hello!' }] },
    ...conversation().turns,
  ]
  expect(write({ turns }).body['messages']).toMatchObject([
    { role: 'user' },
    { role: 'assistant' },
    { role: 'user' },
  ])
})

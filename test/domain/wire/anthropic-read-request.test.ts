import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import { BadRequest } from '../../../src/domain/wire/dialect.ts'
import type { Conversation } from '../../../src/domain/wire/conversation.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { conversation } from '../../support/wire.ts'

const ASKED = { model: 'claude-sonnet-5-5', max_tokens: 100 }
const HI = [{ role: 'user', content: 'hi' }]

function read(fields: JsonObject) {
  return anthropicMessages.readRequest({ ...ASKED, messages: HI, ...fields })
}

test('a request of Claude Code is read whole', () => {
  const reading = read({
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330' },
      { type: 'text', text: 'You are Claude Code', cache_control: { type: 'ephemeral' } },
    ],
    messages: [
      {
        role: 'user',
        content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }],
      },
      { role: 'system', content: 'The date changed.' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 'Eq' },
          { type: 'thinking', thinking: 'hm', signature: 'Er' },
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'Reading.' },
          {
            type: 'tool_use',
            id: 'toolu_1',
            name: 'Read',
            input: { path: '/a' },
            caller: { type: 'direct' },
          },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'text' },
          {
            type: 'tool_result',
            tool_use_id: 'toolu_2',
            is_error: true,
            content: [
              { type: 'text', text: 'a' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVB' } },
              { type: 'tool_reference', tool_name: 'Found' },
            ],
          },
          { type: 'tool_result', tool_use_id: 'toolu_3' },
        ],
      },
    ],
    tools: [{ name: 'Read', input_schema: { type: 'object' }, eager_input_streaming: true }],
    metadata: { user_id: `{"device_id":"${'d'.repeat(64)}","account_uuid":"a"}` },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    thinking: { type: 'adaptive', display: 'omitted' },
    output_config: { effort: 'medium' },
    stream: true,
  })
  expect(reading.bound).toEqual([])
  expect(reading.dropped).toEqual([
    'system[].billing',
    'system[].cache_control',
    'messages[].content[].cache_control',
    'messages[].content[].signature',
    'messages[].content[].redacted_thinking',
    'tools[].eager_input_streaming',
    'metadata.user_id',
    'context_management',
  ])
  expect(reading.conversation).toEqual({
    ...conversation(),
    system: ['You are Claude Code'],
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'hi' }] },
      { role: 'system', parts: [{ type: 'text', text: 'The date changed.' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: 'Reading.' },
          { type: 'tool-call', id: 'toolu_1', name: 'Read', json: '{"path":"/a"}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'toolu_1',
            isError: false,
            parts: [{ type: 'text', text: 'text' }],
          },
          {
            type: 'tool-result',
            id: 'toolu_2',
            isError: true,
            parts: [
              { type: 'text', text: 'a' },
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVB' } },
              { type: 'text', text: 'Found' },
            ],
          },
          { type: 'tool-result', id: 'toolu_3', isError: false, parts: [] },
        ],
      },
    ],
    tools: [{ name: 'Read', description: null, schema: { type: 'object' }, strict: null }],
    maxOutputTokens: 100,
    effort: 'medium',
    stream: true,
  })
})

test.each<[string, JsonObject, Partial<Conversation>]>([
  ['a system text', { system: 'be brief' }, { system: ['be brief'] }],
  [
    'sampling',
    { temperature: 0.5, top_p: 0.9, top_k: 5 },
    { temperature: 0.5, topP: 0.9, topK: 5 },
  ],
  ['stop sequences', { stop_sequences: ['a', 'b'] }, { stop: ['a', 'b'] }],
  [
    'a forced tool',
    { tool_choice: { type: 'tool', name: 'get' } },
    { toolChoice: { type: 'tool', name: 'get' } },
  ],
  [
    'any tool',
    { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    { toolChoice: { type: 'any' }, parallelTools: false },
  ],
  ['no tool', { tool_choice: { type: 'none' } }, { toolChoice: { type: 'none' } }],
  ['a user id', { metadata: { user_id: 'u-1' } }, { userId: 'u-1' }],
  [
    'a schema for the answer',
    { output_config: { format: { type: 'json_schema', schema: { a: 1 } } } },
    { format: { type: 'json-schema', name: null, schema: { a: 1 }, strict: null } },
  ],
  [
    'a strict tool',
    { tools: [{ name: 'get', input_schema: {}, strict: true, type: 'custom' }] },
    { tools: [{ name: 'get', description: null, schema: {}, strict: true }] },
  ],
  [
    'an image by address',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'url', url: 'https://x/y.png' } }],
        },
      ],
    },
    {
      turns: [
        {
          role: 'user',
          parts: [{ type: 'image', source: { kind: 'url', url: 'https://x/y.png' } }],
        },
      ],
    },
  ],
])('%s is read', (_what, fields, expected) => {
  expect(read(fields).conversation).toMatchObject(expected)
})

test.each<[string, string, JsonObject, Conversation['effort']]>([
  ['none, where its model would not either', 'claude-opus-4-8', {}, 'none'],
  ['none, where the model is not known', 'my-alias', {}, 'none'],
  ['as its model does', 'claude-sonnet-5-5', {}, null],
  ['none', 'claude-sonnet-5', { thinking: { type: 'disabled' } }, 'none'],
  ['none up front', 'claude-sonnet-5-5', { thinking: { type: 'between_tools' } }, 'none'],
  ['by its own measure', 'claude-opus-4-6', { thinking: { type: 'adaptive' } }, null],
  ['by an effort', 'claude-opus-4-6', { output_config: { effort: 'xhigh' } }, 'xhigh'],
  [
    'little, by a budget',
    'claude-haiku-4-5',
    { thinking: { type: 'enabled', budget_tokens: 1024 } },
    'low',
  ],
  [
    'some, by a budget',
    'claude-haiku-4-5',
    { thinking: { type: 'enabled', budget_tokens: 5000 } },
    'medium',
  ],
  [
    'much, by a budget',
    'claude-haiku-4-5',
    { thinking: { type: 'enabled', budget_tokens: 31999 } },
    'high',
  ],
])('it thinks %s', (_how, model, fields, effort) => {
  expect(read({ model, ...fields }).conversation.effort).toBe(effort)
})

test.each<[string, JsonObject]>([
  ['tools[].web_search_20250305', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
  ['tools[].text_editor_20250728', { tools: [{ type: 'text_editor_20250728', name: 'edit' }] }],
  ['container', { container: 'c' }],
  ['mcp_servers', { mcp_servers: [{}] }],
  ['messages[].content[].document', block({ type: 'document', source: { type: 'url', url: 'x' } })],
  [
    'messages[].content[].source.file',
    block({ type: 'image', source: { type: 'file', file_id: 'f' } }),
  ],
  ['messages[].content[].search_result', block({ type: 'search_result' })],
  ['messages[].content[].server_tool_use', block({ type: 'server_tool_use' }, 'assistant')],
  [
    'messages[].content[].web_search_tool_result',
    block({ type: 'web_search_tool_result' }, 'assistant'),
  ],
  [
    'messages[].content[].citations',
    block({ type: 'text', text: 'x', citations: [{}] }, 'assistant'),
  ],
  [
    'messages[].content[].tool_use.caller',
    block(
      {
        type: 'tool_use',
        id: 'a',
        name: 'b',
        input: {},
        caller: { type: 'code_execution_20250825' },
      },
      'assistant',
    ),
  ],
  ['messages[].content[].what_comes_next', block({ type: 'what_comes_next' })],
])('%s binds the request to Anthropic', (field, fields) => {
  expect(read(fields).bound).toEqual([field])
})

function block(content: JsonObject, role = 'user'): JsonObject {
  return { messages: [{ role, content: [content] }] }
}

test('fields that nobody knows are dropped and listed', () => {
  const fields = {
    cache_control: {},
    service_tier: 'auto',
    speed: 'fast',
    inference_geo: null,
    new_one: 1,
  }
  expect(read(fields).dropped).toEqual(['cache_control', 'service_tier', 'speed', 'new_one'])
})

test.each<[string, JsonObject]>([
  ['model: missing', { model: null }],
  ['messages: missing', { messages: null }],
  ['messages: not an array', { messages: 'hi' }],
  ['messages.0: not an object', { messages: ['hi'] }],
  ['messages.0.role: missing', { messages: [{ content: 'hi' }] }],
  [
    "messages.0.role: not 'user', 'assistant' or 'system'",
    { messages: [{ role: 'tool', content: 'x' }] },
  ],
  ['messages.0.content: missing', { messages: [{ role: 'user' }] }],
  ['messages.0.content: not an array', { messages: [{ role: 'user', content: 7 }] }],
  ['messages.0.content.0.type: missing', block({ text: 'x' })],
  ['messages.0.content.0.text: not a string', block({ type: 'text', text: 7 })],
  ['messages.0.content.0.source: missing', block({ type: 'image' })],
  [
    'messages.0.content.0.input: not an object',
    block({ type: 'tool_use', id: 'a', name: 'b', input: 'x' }, 'assistant'),
  ],
  ['max_tokens: not a number', { max_tokens: '100' }],
  ['stream: not true or false', { stream: 'yes' }],
  ['stop_sequences.1: not a string', { stop_sequences: ['a', 1] }],
  ['tools.0.input_schema: missing', { tools: [{ name: 'x' }] }],
  ["tool_choice.type: not 'auto', 'any', 'tool' or 'none'", { tool_choice: { type: 'maybe' } }],
  ['system.0.text: missing', { system: [{ type: 'text' }] }],
])('it is refused by name: %s', (message, fields) => {
  expect(() => read(fields)).toThrow(new BadRequest(message))
})

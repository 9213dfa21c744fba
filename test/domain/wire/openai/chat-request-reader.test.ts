import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import type { Conversation } from '../../../../src/domain/wire/conversation.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'

const USER = { role: 'user', content: 'hi' }
const PNG = 'data:image/png;base64,iVBORw0KGgo='
const IMAGE = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
} as const

function read(body: JsonObject) {
  return openaiChat.readRequest({ model: 'gpt-6-sol', messages: [USER], ...body })
}

test('a whole request, as an agent sends it', () => {
  const { conversation, dropped, bound } = read({
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: [{ type: 'text', text: 'Use tools.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is on it?' },
          { type: 'image_url', image_url: { url: PNG, detail: 'high' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
          { id: 'call_2', type: 'function', function: { name: 'now', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: '12:00' }] },
      { role: 'user', content: 'And now?' },
      { role: 'system', content: 'The user is in a hurry.' },
      { role: 'user', content: 'Quick!' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } },
      },
      { type: 'function', function: { name: 'now', strict: true } },
    ],
    tool_choice: { type: 'function', function: { name: 'look' } },
    parallel_tool_calls: false,
    max_completion_tokens: 1000,
    max_tokens: 5,
    temperature: 0.5,
    top_p: 0.9,
    stop: 'END',
    reasoning_effort: 'xhigh',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', schema: {}, strict: true },
    },
    user: 'old',
    safety_identifier: 'new',
    stream: true,
    stream_options: { include_usage: true },
  })
  expect({ dropped, bound }).toEqual({ dropped: [], bound: [] })
  expect(conversation).toEqual({
    system: ['Be brief.', 'Use tools.'],
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'What is on it?' }, IMAGE] },
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: 'call_1', name: 'look', json: '{"a":1}' },
          { type: 'tool-call', id: 'call_2', name: 'now', json: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'call_1',
            parts: [{ type: 'text', text: 'a cat' }],
            isError: false,
          },
          {
            type: 'tool-result',
            id: 'call_2',
            parts: [{ type: 'text', text: '12:00' }],
            isError: false,
          },
          { type: 'text', text: 'And now?' },
        ],
      },
      { role: 'system', parts: [{ type: 'text', text: 'The user is in a hurry.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Quick!' }] },
    ],
    tools: [
      {
        name: 'look',
        description: 'Looks.',
        schema: { type: 'object', properties: {} },
        strict: null,
      },
      {
        name: 'now',
        description: null,
        schema: { type: 'object', properties: {} },
        strict: true,
      },
    ],
    toolChoice: { type: 'tool', name: 'look' },
    parallelTools: false,
    maxOutputTokens: 1000,
    temperature: 0.5,
    topP: 0.9,
    topK: null,
    stop: ['END'],
    effort: 'xhigh',
    format: { type: 'json-schema', name: 'a', schema: {}, strict: true },
    userId: 'new',
    stream: true,
  } satisfies Conversation)
})

test('what an assistant said before comes back as parts, its refusal as text', () => {
  const { turns } = read({
    messages: [
      USER,
      { role: 'assistant', content: [{ type: 'text', text: 'a' }], reasoning_content: 'hm' },
      { role: 'assistant', content: null, refusal: 'no' },
      USER,
    ],
  }).conversation
  expect(turns[1]).toEqual({
    role: 'assistant',
    parts: [
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'a' },
      { type: 'text', text: 'no' },
    ],
  })
})

test.each([
  [{ n: 2 }, ['n']],
  [{ n: 1 }, []],
  [{ logprobs: true, top_logprobs: 3 }, ['logprobs', 'top_logprobs']],
  [{ logprobs: false, top_logprobs: 0 }, []],
  [{ store: true }, ['store']],
  [{ store: false }, []],
  [
    { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
    ['modalities', 'audio'],
  ],
  [{ modalities: ['text'], audio: null }, []],
  [{ web_search_options: { search_context_size: 'low' } }, ['web_search_options']],
  [{ functions: [{ name: 'f' }], function_call: 'auto' }, ['functions', 'function_call']],
  [{ tools: [{ type: 'custom', custom: { name: 'patch' } }] }, ['tools[].custom']],
  [{ tool_choice: { type: 'allowed_tools', allowed_tools: {} } }, ['tool_choice']],
  [{ response_format: { type: 'grammar' } }, ['response_format.type']],
  [
    { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    ['messages[].content[].input_audio'],
  ],
  [
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'x' } }] }] },
    ['messages[].content[].file'],
  ],
  [
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'data:image/svg+xml,<svg/>' } }],
        },
      ],
    },
    ['messages[].content[].image_url'],
  ],
  [{ messages: [{ role: 'function', name: 'f', content: '1' }] }, ['messages[].role']],
  [
    { messages: [USER, { role: 'assistant', content: null, audio: { id: 'a' } }] },
    ['messages[].audio'],
  ],
  [
    {
      messages: [
        USER,
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'p' } }] },
      ],
    },
    ['messages[].tool_calls[].type'],
  ],
])('%j binds the request to its own format by %j', (body, bound) => {
  expect(read(body).bound).toEqual(bound)
})

test.each([
  [{ seed: 1, presence_penalty: 0.1, frequency_penalty: 0.2 }],
  [{ logit_bias: { 50256: -100 } }],
  [{ prediction: { type: 'content', content: 'x' } }],
  [{ service_tier: 'flex', verbosity: 'low', metadata: { a: 'b' } }],
  [{ prompt_cache_key: 'k', prompt_cache_retention: '24h' }],
  [{ reasoning_effort: 'enormous' }],
  [{ some_new_field: 1 }],
])('%j is dropped, and listed', (body) => {
  expect(read(body)).toMatchObject({ bound: [], dropped: Object.keys(body) })
})

test.each([
  ['data:image/jpg;base64,eA==', 'image/jpeg'],
  ['DATA:IMAGE/PNG;BASE64,eA==', 'image/png'],
])('the type of an image is read however it is spelt: %s', (url, mediaType) => {
  const content = [{ type: 'image_url', image_url: { url } }]
  expect(read({ messages: [{ role: 'user', content }] }).conversation.turns).toEqual([
    {
      role: 'user',
      parts: [{ type: 'image', source: { kind: 'base64', mediaType, data: 'eA==' } }],
    },
  ])
})

test('what says nothing is not listed, and each kind of loss is listed once', () => {
  const quiet = { seed: null, metadata: {}, logit_bias: null, store: null, tools: [], stop: null }
  expect(read(quiet)).toMatchObject({ dropped: [], bound: [] })
  const names = [
    { ...USER, name: 'ann' },
    { ...USER, name: 'bob' },
  ]
  expect(read({ messages: names }).dropped).toEqual(['messages[].name'])
})

test.each([
  [{ messages: null }, 'messages: expected a list'],
  [{ messages: [] }, 'messages: expected at least one message'],
  [{ messages: ['hi'] }, 'messages[0]: expected an object'],
  [{ messages: [{ content: 'hi' }] }, 'messages[0].role: expected a text'],
  [{ messages: [{ role: 'user', content: 1 }] }, 'messages[0].content: expected a text or a'],
  [{ messages: [{ role: 'user', content: [1] }] }, 'messages[0].content[0]: expected an object'],
  [{ messages: [{ role: 'user', content: [{}] }] }, 'messages[0].content[0].type: expected a'],
  [
    { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages[0].content[0].text: expected a text',
  ],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id: expected a text'],
  [
    { messages: [USER, { role: 'assistant', tool_calls: [{ id: 'a', function: {} }] }] },
    'messages[1].tool_calls[0].function.name: expected a text',
  ],
  [{ temperature: '1' }, 'temperature: expected a number'],
  [{ stream: 'yes' }, 'stream: expected true or false'],
  [{ stop: [1] }, 'stop[0]: expected a text'],
  [{ tools: {} }, 'tools: expected a list'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function: expected an object'],
  [{ tool_choice: 'any' }, 'tool_choice: expected an object'],
  [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema: expected an'],
])('%j is refused by its field', (body, message) => {
  const request = { model: 'm', messages: [USER], ...body }
  expect(() => openaiChat.readRequest(request)).toThrow(
    expect.objectContaining({ name: 'BadRequest', message: expect.stringContaining(message) }),
  )
})

import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import type { Conversation } from '../../../../src/domain/wire/conversation.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import { BARE } from '../../../support/openai-wire.ts'

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const IMAGE = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
} as const

function read(body: JsonObject) {
  return openaiResponses.readRequest({ model: 'gpt-6-sol', input: 'hi', ...body })
}

test('a text is what the user says', () => {
  expect(read({ instructions: 'Be brief.' })).toEqual({
    conversation: { ...BARE, system: ['Be brief.'] },
    dropped: [],
    bound: [],
  })
})

test('a whole request, as Codex sends it', () => {
  const { conversation, dropped, bound } = read({
    instructions: 'You are an agent.',
    input: [
      {
        type: 'message',
        role: 'developer',
        content: [{ type: 'input_text', text: 'Sandbox: read-only.' }],
      },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look.' },
          { type: 'input_image', image_url: PNG, detail: 'auto' },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'gAAAA',
      },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'I will.', annotations: [] }],
      },
      {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_1',
        name: 'exec_command',
        arguments: '{"cmd":"ls"}',
      },
      { type: 'function_call', call_id: 'call_2', name: 'now', arguments: '' },
      { type: 'function_call_output', call_id: 'call_1', output: 'a.png' },
      {
        type: 'function_call_output',
        call_id: 'call_2',
        output: [
          { type: 'input_text', text: '12:00' },
          { type: 'input_image', image_url: PNG },
        ],
      },
      { role: 'user', content: 'And?' },
    ],
    tools: [
      { type: 'function', name: 'exec_command', strict: false, parameters: { type: 'object' } },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    text: { verbosity: 'low', format: { type: 'json_object' } },
    max_output_tokens: 900,
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'k',
    client_metadata: { a: 'b' },
    safety_identifier: 'ann',
  })
  expect(bound).toEqual([])
  expect(dropped).toEqual([
    'include',
    'prompt_cache_key',
    'client_metadata',
    'input[].encrypted_content',
    'reasoning.summary',
    'text.verbosity',
  ])
  expect(conversation).toEqual({
    ...BARE,
    system: ['You are an agent.', 'Sandbox: read-only.'],
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'Look.' }, IMAGE] },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'Hm.' },
          { type: 'text', text: 'I will.' },
          { type: 'tool-call', id: 'call_1', name: 'exec_command', json: '{"cmd":"ls"}' },
          { type: 'tool-call', id: 'call_2', name: 'now', json: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'call_1',
            parts: [{ type: 'text', text: 'a.png' }],
            isError: false,
          },
          {
            type: 'tool-result',
            id: 'call_2',
            parts: [{ type: 'text', text: '12:00' }, IMAGE],
            isError: false,
          },
          { type: 'text', text: 'And?' },
        ],
      },
    ],
    tools: [
      {
        name: 'exec_command',
        description: null,
        schema: { type: 'object', properties: {} },
        strict: false,
      },
    ],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    maxOutputTokens: 900,
    effort: 'medium',
    format: { type: 'json' },
    userId: 'ann',
    stream: true,
  } satisfies Conversation)
})

test.each([
  [{ previous_response_id: 'resp_1', input: null }, ['previous_response_id']],
  [{ conversation: 'conv_1' }, ['conversation']],
  [{ prompt: { id: 'pmpt_1' }, input: null }, ['prompt']],
  [{ background: true }, ['background']],
  [{ background: false, store: false, previous_response_id: null, conversation: null }, []],
  [{ store: true }, ['store']],
  [{ top_logprobs: 2 }, ['top_logprobs']],
  [{ include: ['message.output_text.logprobs'] }, ['include']],
  [{ tools: [{ type: 'web_search' }] }, ['tools[].web_search']],
  [{ tools: [{ type: 'mcp', server_url: 'https://x.test' }] }, ['tools[].mcp']],
  [{ tools: [{ type: 'custom', name: 'apply_patch' }] }, ['tools[].custom']],
  [{ tool_choice: { type: 'web_search' } }, ['tool_choice']],
  [{ text: { format: { type: 'grammar' } } }, ['text.format.type']],
  [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, ['input[].item_reference']],
  [{ input: [{ type: 'web_search_call', id: 'ws_1' }] }, ['input[].web_search_call']],
  [{ input: [{ type: 'compaction', encrypted_content: 'x' }] }, ['input[].compaction']],
  [
    { input: [{ type: 'custom_tool_call', call_id: 'a', name: 'p', input: 'x' }] },
    ['input[].custom_tool_call'],
  ],
  [
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'x' }] }] },
    ['input[].content[].input_file'],
  ],
  [
    { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'x' }] }] },
    ['input[].content[].input_image'],
  ],
  [{ input: [{ role: 'critic', content: 'x' }] }, ['input[].role']],
])('%j binds the request to its own format by %j', (body, bound) => {
  expect(read(body).bound).toEqual(bound)
})

test.each([
  [{ metadata: { a: 'b' }, service_tier: 'flex', truncation: 'auto', max_tool_calls: 3 }],
  [{ include: ['web_search_call.results'] }],
  [{ prompt_cache_options: { ttl: '30m' } }],
])('%j is dropped, and listed', (body) => {
  expect(read(body)).toMatchObject({ bound: [], dropped: Object.keys(body) })
})

test.each([
  [{ input: null }, 'input: expected a text or a list of items'],
  [{ input: 7 }, 'input: expected a list'],
  [{ input: ['hi'] }, 'input[0]: expected an object'],
  [{ input: [{ type: 'message', content: 'x' }] }, 'input[0].role: expected a text'],
  [{ input: [{ type: 'function_call', name: 'f' }] }, 'input[0].call_id: expected a text'],
  [{ input: [{ type: 'function_call_output', output: 'x' }] }, 'input[0].call_id: expected'],
  [{ tools: [{ name: 'f' }] }, 'tools[0].type: expected a text'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].name: expected a text'],
  [{ reasoning: 'high' }, 'reasoning: expected an object'],
  [{ max_output_tokens: '5' }, 'max_output_tokens: expected a number'],
])('%j is refused by its field', (body, message) => {
  const request = { model: 'm', input: 'hi', ...body }
  expect(() => openaiResponses.readRequest(request)).toThrow(
    expect.objectContaining({ name: 'BadRequest', message: expect.stringContaining(message) }),
  )
})

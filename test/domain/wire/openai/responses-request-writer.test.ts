import { expect, test } from 'vitest'
import type { Conversation } from '../../../../src/domain/wire/conversation.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import { BARE, target, write } from '../../../support/openai-wire.ts'

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const IMAGE = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
} as const

test('items in the order that OpenAI asks for, images inside the results', () => {
  const { body, dropped } = write(openaiResponses, {
    system: ['x-anthropic-billing-header: x', 'One.', 'Two.'],
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'look' }, IMAGE] },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: 'I will.' },
          { type: 'tool-call', id: 'toolu_1', name: 'files.read', json: '{"a":1}' },
        ],
      },
      { role: 'system', parts: [{ type: 'text', text: 'Be quick.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Well?' },
          { type: 'tool-result', id: 'toolu_1', parts: [IMAGE], isError: true },
        ],
      },
    ],
  })
  expect(body['instructions']).toBe('One.\n\nTwo.')
  const image = { type: 'input_image', image_url: PNG, detail: 'auto' }
  expect(body['input']).toEqual([
    { role: 'user', content: [{ type: 'input_text', text: 'look' }, image] },
    { role: 'assistant', content: 'I will.' },
    {
      type: 'function_call',
      call_id: 'toolu_1',
      name: expect.stringMatching(/^files_read_[0-9a-f]{12}$/),
      arguments: '{"a":1}',
    },
    {
      type: 'function_call_output',
      call_id: 'toolu_1',
      output: [{ type: 'input_text', text: 'Error:' }, image],
    },
    { role: 'system', content: 'Be quick.' },
    { role: 'user', content: 'Well?' },
  ])
  expect(dropped).toEqual(['thinking'])
})

test('nothing is stored, and a schema that says nothing is not closed', () => {
  const tool = { name: 'f', description: 'Does.', schema: { type: 'object' }, strict: null }
  const { body } = write(openaiResponses, {
    tools: [tool],
    toolChoice: { type: 'tool', name: 'f' },
    stream: true,
  })
  expect(body).toEqual({
    model: 'gpt-4.1',
    input: [{ role: 'user', content: 'hi' }],
    tools: [
      {
        type: 'function',
        name: 'f',
        description: 'Does.',
        parameters: { type: 'object', properties: {} },
        strict: false,
      },
    ],
    tool_choice: { type: 'function', name: 'f' },
    store: false,
    stream: true,
  })
})

test('settings, each in its place', () => {
  const schema = { type: 'object', properties: {}, additionalProperties: false }
  const { body, dropped } = write(openaiResponses, {
    maxOutputTokens: 1,
    temperature: 0,
    topP: 1,
    topK: 5,
    stop: ['END'],
    effort: 'high',
    format: { type: 'json-schema', name: null, schema, strict: null },
    userId: 'ann',
  })
  expect(body).toMatchObject({
    max_output_tokens: 16,
    temperature: 0,
    top_p: 1,
    text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } },
    safety_identifier: 'ann',
  })
  expect(dropped).toEqual(['stop', 'top_k', 'effort'])
})

test('JSON is asked for in the input, where OpenAI looks for the word', () => {
  const { body } = write(openaiResponses, {
    system: ['Answer in JSON.'],
    format: { type: 'json' },
  })
  expect(body['text']).toEqual({ format: { type: 'json_object' } })
  expect(body['input']).toEqual([
    { role: 'system', content: 'Answer in JSON.' },
    { role: 'user', content: 'hi' },
  ])
})

test('tools and effort go together here, as they do not in Chat Completions', () => {
  const tools = [{ name: 'f', description: null, schema: {}, strict: null }]
  const { body } = write(openaiResponses, { tools, effort: 'max' }, 'gpt-6-sol')
  expect(body['reasoning']).toEqual({ effort: 'max' })
})

test('a model that cannot do it is not asked', () => {
  const turns: Conversation['turns'] = [{ role: 'user', parts: [IMAGE] }]
  expect(openaiResponses.writeRequest({ ...BARE, turns }, target('m', { vision: false }))).toEqual({
    impossible: 'm reads no images',
  })
})

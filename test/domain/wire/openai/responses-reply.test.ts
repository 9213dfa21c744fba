import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import type { Finish, FinishReason, Reply } from '../../../../src/domain/wire/reply.ts'
import { IDENTITY, USAGE } from '../../../support/openai-wire.ts'

function ending(reason: FinishReason): Finish {
  return { reason, stopSequence: null }
}

const REPLY: Reply = {
  id: 'msg_1',
  model: 'claude-sonnet-5-5',
  parts: [
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: 'I ' },
    { type: 'text', text: 'will.' },
    { type: 'opaque' },
    { type: 'tool-call', id: 'toolu_1', name: 'f', json: '{"a":1}' },
  ],
  finish: ending('tool-calls'),
  usage: USAGE,
}

const response = (fields: JsonObject) =>
  openaiResponses.readReply({
    id: 'resp_1',
    object: 'response',
    model: 'gpt-6-sol',
    status: 'completed',
    output: [],
    ...fields,
  })

test('an answer as OpenAI sends it', () => {
  const reply = response({
    output: [
      { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'x' },
      { id: 'rs_2', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      { id: 'ws_1', type: 'web_search_call', status: 'completed' },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
      },
      { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' },
    ],
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 107,
    },
  })
  expect(reply).toEqual({
    id: 'resp_1',
    model: 'gpt-6-sol',
    parts: [
      { type: 'thinking', text: 'Hm.' },
      { type: 'opaque' },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 'call_1', name: 'f', json: '{}' },
    ],
    finish: ending('tool-calls'),
    usage: { ...USAGE, webSearches: 1 },
  })
})

const refused = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }

test.each<[JsonObject, FinishReason]>([
  [{}, 'end'],
  [{ output: [refused] }, 'refusal'],
  [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'max-tokens'],
  [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'refusal'],
])('%j ends for the reason %s', (fields, reason) => {
  expect(response(fields)?.finish).toEqual(ending(reason))
})

test.each([
  [{ status: 'failed', error: { code: 'server_error', message: 'x' } }],
  [{ status: 'in_progress' }],
  [{ status: 'queued' }],
  [{ status: 'cancelled' }],
  [{ output: null }],
])('%j is no answer', (fields) => {
  expect(response(fields)).toBeNull()
})

test('writing keeps the order, and leaves out what would not be taken back', () => {
  const text = { type: 'text', text: 'Done.' } as const
  const body = openaiResponses.writeReply({ ...REPLY, parts: [...REPLY.parts, text] }, IDENTITY)
  expect(body).toMatchObject({
    id: 'resp_abc',
    object: 'response',
    status: 'completed',
    model: 'claude-sonnet-5-5',
    output: [
      {
        id: 'msg_abc_0',
        type: 'message',
        content: [
          { type: 'output_text', text: 'I ' },
          { type: 'output_text', text: 'will.' },
        ],
      },
      { id: 'fc_abc_1', type: 'function_call', call_id: 'toolu_1', arguments: '{"a":1}' },
      { id: 'msg_abc_2', type: 'message', content: [{ text: 'Done.' }] },
    ],
    usage: { input_tokens: 100, output_tokens: 7, total_tokens: 107 },
  })
  expect(body['output']).toHaveLength(3)
})

test('an answer that was cut is incomplete, and unknown usage null', () => {
  const reply = { ...REPLY, finish: ending('max-tokens'), usage: null }
  expect(openaiResponses.writeReply(reply, IDENTITY)).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [{ status: 'completed' }, { status: 'incomplete' }],
    usage: null,
  })
})

import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import type { Finish, FinishReason, Reply } from '../../../../src/domain/wire/reply.ts'
import { at, IDENTITY, USAGE } from '../../../support/openai-wire.ts'

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

const chat = (message: JsonObject, finish: string | null = 'stop', rest: JsonObject = {}) =>
  openaiChat.readReply({
    id: 'chatcmpl-1',
    model: 'gpt-6-sol',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    ...rest,
  })

test('an answer as OpenAI sends it', () => {
  const message = {
    content: 'Hi',
    refusal: null,
    annotations: [],
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'call_2', type: 'function', function: { name: 'g', arguments: '' } },
    ],
  }
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 7,
    total_tokens: 107,
    prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 5 },
  }
  expect(chat(message, 'tool_calls', { usage })).toEqual({
    id: 'chatcmpl-1',
    model: 'gpt-6-sol',
    parts: [
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 'call_1', name: 'f', json: '{"a":1}' },
      { type: 'tool-call', id: 'call_2', name: 'g', json: '{}' },
    ],
    finish: ending('tool-calls'),
    usage: USAGE,
  })
})

test.each<[JsonObject, string, FinishReason, readonly string[]]>([
  [{ content: 'a' }, 'stop', 'end', ['text']],
  [{ content: null, refusal: 'no' }, 'stop', 'refusal', ['refusal']],
  [{ content: '' }, 'content_filter', 'refusal', []],
  [{ content: 'a' }, 'length', 'max-tokens', ['text']],
  [{ content: '' }, 'stop', 'end', []],
  [{ content: [{ type: 'text', text: 'a' }] }, 'stop', 'end', ['text']],
  [{ content: 'a', reasoning: 'hm' }, 'stop', 'end', ['thinking', 'text']],
  [{ content: null, audio: { id: 'a' } }, 'stop', 'end', ['opaque']],
  [{ tool_calls: [{ function: { name: 'f' } }] }, 'stop', 'tool-calls', ['tool-call']],
  [{ tool_calls: [{ id: 'a', type: 'custom', custom: {} }] }, 'stop', 'end', ['opaque']],
])('%j with %s ends for the reason %s', (message, finish, reason, types) => {
  const reply = chat(message, finish)
  expect(reply?.finish).toEqual(ending(reason))
  expect(reply?.parts.map(({ type }) => type)).toEqual(types)
})

test.each([
  [{}],
  [{ choices: [] }],
  [{ choices: [{ message: 'x', finish_reason: 'stop' }] }],
  [{ choices: [{ message: { content: 'cut' }, finish_reason: null }] }],
  [{ choices: [{ message: { content: '' }, finish_reason: 'error' }] }],
  [{ error: { message: 'x' } }],
  [{ type: 'message', content: [], stop_reason: 'end_turn' }],
])('%j is no answer', (body) => {
  expect(openaiChat.readReply(body)).toBeNull()
})

test('writing leaves out what the format has no place for', () => {
  expect(openaiChat.writeReply(REPLY, IDENTITY)).toEqual({
    id: 'chatcmpl-abc',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'claude-sonnet-5-5',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'I will.',
          refusal: null,
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 100,
      completion_tokens: 7,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
    },
  })
})

test.each<[FinishReason, string]>([
  ['end', 'stop'],
  ['stop-sequence', 'stop'],
  ['pause', 'stop'],
  ['max-tokens', 'length'],
  ['context-full', 'length'],
  ['tool-calls', 'tool_calls'],
  ['refusal', 'content_filter'],
])('the reason %s is written as %s', (reason, written) => {
  const body = openaiChat.writeReply({ ...REPLY, finish: ending(reason) }, IDENTITY)
  expect(at(body, 'choices.0.finish_reason')).toBe(written)
})

test('a refusal in words ends as OpenAI ends one, and unknown usage is left out', () => {
  const parts = [{ type: 'refusal', text: 'No.' }] as const
  const reply = { ...REPLY, model: null, parts, finish: ending('refusal'), usage: null }
  const body = openaiChat.writeReply(reply, IDENTITY)
  expect(at(body, 'choices.0')).toMatchObject({
    message: { content: null, refusal: 'No.' },
    finish_reason: 'stop',
  })
  expect(body['model']).toBe('asked-model')
  expect(body).not.toHaveProperty('usage')
})

describe('usage is exclusive, whatever the upstream counts', () => {
  const usageOf = (usage: JsonObject) =>
    openaiChat.readReply({
      choices: [{ message: { content: 'a' }, finish_reason: 'stop' }],
      usage,
    })?.usage

  test.each<[string, JsonObject, readonly [number, number, number]]>([
    ['no details', { prompt_tokens: 10 }, [10, 0, 0]],
    ['null details', { prompt_tokens: 10, prompt_tokens_details: null }, [10, 0, 0]],
    ['a cache read', { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } }, [6, 4, 0]],
    [
      'a cache counted beside the prompt',
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 5 } },
      [0, 10, 0],
    ],
    [
      'more written than is left',
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 5 } },
      [0, 8, 2],
    ],
    [
      'nonsense',
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: -1, cache_write_tokens: 0.5 } },
      [10, 0, 0],
    ],
  ])('%s', (_what, prompt, [input, cacheRead, cacheWrite5m]) => {
    expect(usageOf({ ...prompt, completion_tokens: 3 })).toEqual({
      input,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h: 0,
      output: 3,
      webSearches: 0,
      webFetches: 0,
    })
  })

  test.each([
    [{ prompt_tokens: 0, completion_tokens: 0 }],
    [{ prompt_tokens: 10 }],
    [{ completion_tokens: 10 }],
    [{ prompt_tokens: '10', completion_tokens: 3 }],
    [{ prompt_tokens: -1, completion_tokens: 3 }],
    [{}],
  ])('%j is unknown, which is not 0', (usage) => {
    expect(usageOf(usage)).toBeNull()
  })
})

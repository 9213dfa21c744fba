import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import type { Conversation } from '../../../src/domain/wire/conversation.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { conversation, target, written } from '../../support/wire.ts'

function write(some: Partial<Conversation>, model = 'claude-sonnet-5-5') {
  return written(anthropicMessages.writeRequest(conversation(some), target(model)))
}

const TOOL = { name: 'get', description: 'gets', schema: { type: 'object' }, strict: null }

test.each<[string, string, Partial<Conversation>, JsonObject, string[]]>([
  [
    'temperature is at most 1',
    'claude-haiku-4-5',
    { temperature: 1.7 },
    { temperature: 1 },
    ['temperature'],
  ],
  [
    'one way of sampling only',
    'claude-opus-4-6',
    { temperature: 0.5, topP: 0.9, topK: 3 },
    { temperature: 0.5, top_k: 3 },
    ['top_p'],
  ],
  ['top_p alone', 'claude-opus-4-6', { topP: 0.9 }, { top_p: 0.9 }, []],
  [
    'no sampling after Opus 4.6',
    'claude-opus-4-7',
    { temperature: 1, topP: 1, topK: 1 },
    {},
    ['temperature', 'top_p', 'top_k'],
  ],
  ['no sampling for an unknown model', 'claude-next', { temperature: 1 }, {}, ['temperature']],
  [
    'a forced tool',
    'claude-opus-5',
    { tools: [TOOL], toolChoice: { type: 'tool', name: 'get' } },
    { tool_choice: { type: 'tool', name: 'get' } },
    [],
  ],
  [
    'any tool',
    'claude-haiku-4-5',
    { tools: [TOOL], toolChoice: { type: 'any' }, parallelTools: true },
    { tool_choice: { type: 'any', disable_parallel_tool_use: false } },
    [],
  ],
  [
    'a tool that cannot be forced is asked for',
    'claude-sonnet-5-5',
    { tools: [TOOL], toolChoice: { type: 'tool', name: 'get' } },
    {
      tool_choice: { type: 'auto' },
      system: [{ type: 'text', text: 'Answer with a call of the tool "get".' }],
    },
    ['tool_choice'],
  ],
  [
    'no tool',
    'claude-sonnet-5-5',
    { tools: [TOOL], toolChoice: { type: 'none' }, parallelTools: false },
    { tool_choice: { type: 'none' } },
    [],
  ],
  ['an effort', 'claude-opus-4-7', { effort: 'xhigh' }, { output_config: { effort: 'xhigh' } }, []],
  [
    'an effort that came later',
    'claude-opus-4-6',
    { effort: 'xhigh' },
    { output_config: { effort: 'high' } },
    [],
  ],
  [
    'the least effort',
    'claude-sonnet-5',
    { effort: 'minimal' },
    { output_config: { effort: 'low' } },
    [],
  ],
  ['no thinking, where it can be', 'claude-opus-4-8', { effort: 'none' }, {}, []],
  [
    'little thinking, where it cannot',
    'claude-opus-5-5',
    { effort: 'none' },
    { output_config: { effort: 'low' } },
    [],
  ],
  [
    'Haiku goes no further than high',
    'claude-haiku-5-5',
    { effort: 'max' },
    { output_config: { effort: 'high' } },
    [],
  ],
  [
    'a budget',
    'claude-haiku-4-5',
    { effort: 'medium', maxOutputTokens: 32_000, temperature: 0 },
    { thinking: { type: 'enabled', budget_tokens: 8192 }, max_tokens: 32_000 },
    ['temperature'],
  ],
  [
    'a budget that leaves room',
    'claude-sonnet-4-5',
    { effort: 'max', maxOutputTokens: 4000 },
    { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 4000 },
    [],
  ],
  [
    'no budget in a small answer',
    'claude-sonnet-4-5',
    { effort: 'high', maxOutputTokens: 500 },
    { max_tokens: 500 },
    ['effort'],
  ],
  [
    'no budget beside a forced tool',
    'claude-sonnet-4-5',
    { effort: 'high', tools: [TOOL], toolChoice: { type: 'any' } },
    { tool_choice: { type: 'any' } },
    ['effort'],
  ],
  [
    'a schema for the answer',
    'claude-opus-5',
    {
      format: {
        type: 'json-schema',
        name: 'n',
        strict: true,
        schema: {
          type: 'object',
          properties: {
            a: { type: 'array', items: { type: 'number', minimum: 1 } },
            minimum: { anyOf: [{ type: 'object' }, true] },
          },
        },
      },
    },
    {
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: {
              a: { type: 'array', items: { type: 'number' } },
              minimum: { anyOf: [{ type: 'object', additionalProperties: false }, true] },
            },
            additionalProperties: false,
          },
        },
      },
    },
    [],
  ],
  [
    'any JSON',
    'claude-opus-5',
    { format: { type: 'json' } },
    { system: [{ type: 'text', text: 'Answer with one JSON object and nothing around it.' }] },
    [],
  ],
])('%s', (...[, model, some, expected, dropped]) => {
  const { body, dropped: lost } = write(some, model)
  const { max_tokens, messages, model: _model, tools: _tools, ...rest } = body
  expect(messages).toHaveLength(1)
  expect({ max_tokens: 8192, ...rest, ...(expected['max_tokens'] ? { max_tokens } : {}) }).toEqual({
    max_tokens: 8192,
    ...expected,
  })
  expect(lost).toEqual(dropped)
})

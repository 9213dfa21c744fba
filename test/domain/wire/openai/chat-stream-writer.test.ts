import { expect, test } from 'vitest'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import type { WireEvent } from '../../../../src/domain/wire/reply.ts'
import { at, bodiesOf, IDENTITY, USAGE, writeAll } from '../../../support/openai-wire.ts'

const stop = { type: 'finish', finish: { reason: 'end', stopSequence: null } } as const
const toolCalls = { type: 'finish', finish: { reason: 'tool-calls', stopSequence: null } } as const

const text: readonly WireEvent[] = [
  { type: 'start', id: 'msg_1', model: 'claude-sonnet-5-5' },
  { type: 'thinking-start' },
  { type: 'thinking', text: 'hm' },
  { type: 'opaque' },
  { type: 'text', text: 'hi' },
  { type: 'usage', usage: USAGE },
  stop,
  { type: 'done' },
]

test('a client that did not ask for usage sees none of it', () => {
  const bodies = bodiesOf(writeAll(openaiChat, text))
  const head = {
    id: 'chatcmpl-abc',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'claude-sonnet-5-5',
  }
  const choice = { index: 0, logprobs: null, finish_reason: null }
  expect(bodies).toEqual([
    { ...head, choices: [{ ...choice, delta: { role: 'assistant', content: '' } }] },
    { ...head, choices: [{ ...choice, delta: { content: 'hi' } }] },
    { ...head, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }] },
    '[DONE]',
  ])
})

test('a client that asked has null in every chunk and the usage in one of its own', () => {
  const bodies = bodiesOf(writeAll(openaiChat, text, { ...IDENTITY, includeUsage: true }))
  expect(bodies.map((body) => at(body, 'usage'))).toEqual([
    null,
    null,
    null,
    {
      prompt_tokens: 100,
      completion_tokens: 7,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
    },
    undefined,
  ])
  expect(at(bodies[3], 'choices')).toEqual([])
  const unknown = text.filter(({ type }) => type !== 'usage')
  const without = bodiesOf(writeAll(openaiChat, unknown, { ...IDENTITY, includeUsage: true }))
  expect(without).toHaveLength(4)
})

test('each call has its number, and one without arguments an empty object of them', () => {
  const bodies = bodiesOf(
    writeAll(openaiChat, [
      { type: 'tool-start', call: 0, id: 'toolu_1', name: 'f' },
      { type: 'tool-start', call: 1, id: 'toolu_2', name: 'g' },
      { type: 'tool-arguments', call: 0, json: '{"a":1}' },
      toolCalls,
      { type: 'done' },
    ]),
  )
  expect(bodies.slice(1, -2).map((body) => at(body, 'choices.0.delta.tool_calls.0'))).toEqual([
    { index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } },
    { index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } },
    { index: 0, function: { arguments: '{"a":1}' } },
    { index: 1, function: { arguments: '{}' } },
  ])
  expect(at(bodies.at(-2), 'choices.0.finish_reason')).toBe('tool_calls')
})

test('a second upstream goes on in the same stream, under its own model', () => {
  const bodies = bodiesOf(
    writeAll(openaiChat, [
      { type: 'start', id: 'a', model: 'first' },
      { type: 'start', id: 'b', model: 'second' },
      { type: 'text', text: 'hi' },
    ]),
  )
  expect(bodies.map((body) => at(body, 'model'))).toEqual(['first', 'second'])
})

test('an answer that ends without a reason is never made to look whole', () => {
  const bodies = bodiesOf(writeAll(openaiChat, [{ type: 'text', text: 'hi' }, { type: 'done' }]))
  expect(bodies).not.toContain('[DONE]')
  expect(at(bodies.at(-1), 'error.type')).toBe('server_error')
})

test('a problem is the one error event, and a ping a comment', () => {
  const writer = openaiChat.streamWriter(IDENTITY)
  const problem = { kind: 'rate-limit', message: 'slow down', code: null } as const
  const error = {
    message: 'slow down',
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  }
  expect(writer.problem(problem)).toBe(`data: ${JSON.stringify({ error })}\n\n`)
  expect(writer.write({ type: 'problem', problem })).toBe(writer.problem(problem))
  expect(writer.ping()).toBe(': ping\n\n')
  expect(writer.write({ type: 'ping' })).toBe(': ping\n\n')
})

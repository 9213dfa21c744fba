import { expect, test } from 'vitest'
import { textIn } from '../../../../src/domain/wire/openai/fields.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import type { WireEvent } from '../../../../src/domain/wire/reply.ts'
import { at, bodiesOf, framesOf, IDENTITY, USAGE, writeAll } from '../../../support/openai-wire.ts'

const WIRE_USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 107,
}
const DONE = { type: 'done' } as const

function finish(reason: 'end' | 'tool-calls' | 'max-tokens' | 'refusal') {
  return { type: 'finish', finish: { reason, stopSequence: null } } as const
}

const events: readonly WireEvent[] = [
  { type: 'start', id: 'msg_1', model: 'claude-sonnet-5-5' },
  { type: 'thinking-start' },
  { type: 'thinking', text: 'hm' },
  { type: 'text', text: 'Hi ' },
  { type: 'text', text: '🌍' },
  { type: 'tool-start', call: 0, id: 'toolu_1', name: 'f' },
  { type: 'tool-start', call: 1, id: 'toolu_2', name: 'g' },
  { type: 'tool-arguments', call: 0, json: '{"a":1}' },
  { type: 'usage', usage: USAGE },
  finish('tool-calls'),
  DONE,
]

test('the full sequence, numbered, each event named as its type', () => {
  const text = writeAll(openaiResponses, events)
  const bodies = bodiesOf(text)
  expect(bodies.map((body) => at(body, 'sequence_number'))).toEqual(bodies.map((_, n) => n))
  expect(framesOf(text).map((each) => each.event)).toEqual(bodies.map((body) => at(body, 'type')))
  const shown = bodies.map((body) => {
    const index = at(body, 'output_index')
    return `${textIn(at(body, 'type'))} ${typeof index === 'number' ? index : ''}`.trim()
  })
  expect(shown).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added 0',
    'response.content_part.added 0',
    'response.output_text.delta 0',
    'response.output_text.delta 0',
    'response.output_text.done 0',
    'response.content_part.done 0',
    'response.output_item.done 0',
    'response.output_item.added 1',
    'response.output_item.added 2',
    'response.function_call_arguments.delta 1',
    'response.function_call_arguments.done 1',
    'response.output_item.done 1',
    'response.function_call_arguments.delta 2',
    'response.function_call_arguments.done 2',
    'response.output_item.done 2',
    'response.completed',
  ])
})

test('the last event holds the whole answer, as it was told', () => {
  const last = bodiesOf(writeAll(openaiResponses, events)).at(-1)
  expect(at(last, 'response')).toMatchObject({
    id: 'resp_abc',
    object: 'response',
    created_at: 1_790_000_000,
    model: 'claude-sonnet-5-5',
    status: 'completed',
    error: null,
    incomplete_details: null,
    output: [
      {
        id: 'msg_abc_0',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hi 🌍', annotations: [], logprobs: [] }],
      },
      {
        id: 'fc_abc_1',
        type: 'function_call',
        call_id: 'toolu_1',
        name: 'f',
        arguments: '{"a":1}',
      },
      { id: 'fc_abc_2', type: 'function_call', call_id: 'toolu_2', name: 'g', arguments: '{}' },
    ],
    usage: { ...WIRE_USAGE, output_tokens_details: { reasoning_tokens: 0 } },
  })
})

test('what was cut is incomplete, and so is the item in which it was', () => {
  const cut = bodiesOf(
    writeAll(openaiResponses, [{ type: 'text', text: 'Hi' }, finish('max-tokens'), DONE]),
  )
  expect(cut.at(-1)).toMatchObject({
    type: 'response.incomplete',
    response: {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    },
  })
})

test('a refusal in words completes, one without is a filtered answer', () => {
  const said: WireEvent = { type: 'refusal', text: 'No.' }
  const words = bodiesOf(writeAll(openaiResponses, [said, finish('refusal'), DONE]))
  expect(words.at(-1)).toMatchObject({
    type: 'response.completed',
    response: { output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }] },
  })
  expect(bodiesOf(writeAll(openaiResponses, [finish('refusal'), DONE])).at(-1)).toMatchObject({
    type: 'response.incomplete',
    response: { incomplete_details: { reason: 'content_filter' }, output: [] },
  })
})

test('text after a call is a message of its own', () => {
  const bodies = bodiesOf(
    writeAll(openaiResponses, [
      { type: 'text', text: 'a' },
      { type: 'tool-start', call: 0, id: 'c', name: 'f' },
      { type: 'tool-arguments', call: 0, json: '{}' },
      { type: 'text', text: 'b' },
      finish('tool-calls'),
      DONE,
    ]),
  )
  expect(at(bodies.at(-1), 'response.output')).toMatchObject([
    { id: 'msg_abc_0', content: [{ text: 'a' }] },
    { id: 'fc_abc_1' },
    { id: 'msg_abc_2', content: [{ text: 'b' }] },
  ])
})

test('a ping is an event until there is output, a comment then, and nothing after the end', () => {
  const writer = openaiResponses.streamWriter(IDENTITY)
  const typesOf = (text: string) => bodiesOf(text).map((body) => at(body, 'type'))
  expect(typesOf(writer.ping())).toEqual(['response.created', 'response.in_progress'])
  expect(typesOf(writer.ping())).toEqual(['response.in_progress'])
  expect(writer.write({ type: 'start', id: null, model: 'm' })).toBe('')
  expect(typesOf(writer.write({ type: 'ping' }))).toEqual(['response.in_progress'])
  writer.write({ type: 'text', text: 'x' })
  expect(writer.ping()).toBe(': ping\n\n')
  writer.write(finish('end'))
  writer.write(DONE)
  expect(writer.ping() + writer.write({ type: 'text', text: 'y' })).toBe('')
})

test('a problem is told to the SDKs and to Codex, and nothing follows it', () => {
  const problem = { kind: 'billing', message: 'no credit', code: null } as const
  const writer = openaiResponses.streamWriter(IDENTITY)
  writer.write({ type: 'text', text: 'x' })
  const code = 'insufficient_quota'
  expect(bodiesOf(writer.problem(problem))).toMatchObject([
    { type: 'error', code, message: 'no credit', param: null, error: { code, type: code } },
    {
      type: 'response.failed',
      response: { id: 'resp_abc', status: 'failed', error: { code, message: 'no credit' } },
    },
  ])
  expect(writer.write(DONE) + writer.problem(problem)).toBe('')
})

test('an answer that ends without a reason is never made to look whole', () => {
  const bodies = bodiesOf(writeAll(openaiResponses, [{ type: 'text', text: 'x' }, DONE]))
  expect(at(bodies.at(-1), 'type')).toBe('response.failed')
})

test('arguments of a call that nobody made are not written', () => {
  const writer = openaiResponses.streamWriter(IDENTITY)
  writer.ping()
  expect(writer.write({ type: 'tool-arguments', call: 3, json: '{}' })).toBe('')
})

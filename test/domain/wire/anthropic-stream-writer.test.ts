import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import { OWN_SIGNATURE } from '../../../src/domain/wire/anthropic/own-thinking.ts'
import { frameSplitter } from '../../../src/domain/wire/frames.ts'
import type { Finish, WireEvent } from '../../../src/domain/wire/reply.ts'
import { isWholeObject } from '../../../src/domain/wire/tool-arguments.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { IDENTITY, readStream, writeStream } from '../../support/wire.ts'

const START: WireEvent = { type: 'start', id: 'chatcmpl-1', model: 'qwen3:8b' }
const DONE: WireEvent = { type: 'done' }

function finish(reason: Finish['reason']): WireEvent {
  return { type: 'finish', finish: { reason, stopSequence: null } }
}
function begun(call: number): WireEvent {
  return { type: 'tool-start', call, id: `call_${call}`, name: `t${call}` }
}
function part(call: number, json: string): WireEvent {
  return { type: 'tool-arguments', call, json }
}

/** Each event in a few words, after its name was seen to be that of its data. */
function outline(text: string): string[] {
  const splitter = frameSplitter('sse')
  return [...splitter.push(new TextEncoder().encode(text)), ...splitter.end()].map((frame) => {
    const data: JsonObject = JSON.parse(frame.data)
    expect(frame.event).toBe(data['type'])
    return brief(data)
  })
}

function brief({ type, index, content_block: block, delta }: JsonObject): string {
  const inner = JSON.stringify(block ?? delta ?? '')
  const [, kind] = /"type":"(\w+)"/.exec(inner) ?? []
  const [, text] =
    /"(?:text|thinking|partial_json|stop_reason|name)":"((?:[^"\\]|\\.)*)"/.exec(inner) ?? []
  const words: readonly unknown[] = [type, index, kind, text]
  return words.filter((word) => word !== undefined && word !== '').join(' ')
}

function lines(...events: readonly WireEvent[]): string[] {
  return outline(writeStream(anthropicMessages, events))
}

test('a whole answer, to the letter', () => {
  const usage = {
    input: 7,
    cacheRead: 5,
    cacheWrite5m: 2,
    cacheWrite1h: 1,
    output: 9,
    webSearches: 0,
    webFetches: 0,
  }
  const events: WireEvent[] = [
    START,
    { type: 'text', text: 'é\n' },
    finish('end'),
    { type: 'usage', usage },
    DONE,
  ]
  expect(writeStream(anthropicMessages, events)).toBe(
    [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_01abc","type":"message","role":"assistant","model":"qwen3:8b","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":0,"server_tool_use":null}}}',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é\\n"}}',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":7,"cache_creation_input_tokens":3,"cache_read_input_tokens":5,"cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":1},"output_tokens":9,"server_tool_use":null}}',
      'event: message_stop\ndata: {"type":"message_stop"}',
      '',
    ].join('\n\n'),
  )
})

test('a stream whose first event is a tool call begins with the message', () => {
  expect(lines(begun(0), part(0, '{"a"'), part(0, ':1}'), finish('end'), DONE)).toEqual([
    'message_start',
    'content_block_start 0 tool_use t0',
    'content_block_delta 0 input_json_delta {\\"a\\"',
    'content_block_delta 0 input_json_delta :1}',
    'content_block_stop 0',
    'message_delta tool_use',
    'message_stop',
  ])
})

test('thinking, text and a call without arguments follow each other, one block open at a time', () => {
  const events: WireEvent[] = [
    START,
    { type: 'thinking-start' },
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: '' },
    { type: 'text', text: 'So' },
    { type: 'opaque' },
    begun(0),
    finish('tool-calls'),
    DONE,
  ]
  expect(lines(...events)).toEqual([
    'message_start',
    'content_block_start 0 thinking',
    'content_block_delta 0 thinking_delta hm',
    'content_block_delta 0 signature_delta',
    'content_block_stop 0',
    'content_block_start 1 text',
    'content_block_delta 1 text_delta So',
    'content_block_stop 1',
    'content_block_start 2 tool_use t0',
    'content_block_delta 2 input_json_delta {}',
    'content_block_stop 2',
    'message_delta tool_use',
    'message_stop',
  ])
  expect(writeStream(anthropicMessages, events)).toContain(`"signature":"${OWN_SIGNATURE}"`)
  expect(OWN_SIGNATURE).toMatch(/^llmsel/)
})

test('calls that come in turns are put one after the other', () => {
  const events = [
    begun(0),
    part(0, '{"a":'),
    begun(1),
    part(1, '{"b":2}'),
    part(0, '1}'),
    part(1, ' '),
  ]
  expect(lines(...events, finish('tool-calls'), DONE)).toEqual([
    'message_start',
    'content_block_start 0 tool_use t0',
    'content_block_delta 0 input_json_delta {\\"a\\":',
    'content_block_delta 0 input_json_delta 1}',
    'content_block_stop 0',
    'content_block_start 1 tool_use t1',
    'content_block_delta 1 input_json_delta {\\"b\\":2} ',
    'content_block_stop 1',
    'message_delta tool_use',
    'message_stop',
  ])
})

test('a call whose arguments are whole makes room at once, and arguments may come first', () => {
  const events = [part(1, '{"b":'), begun(0), part(0, '{"a":1}'), begun(1), part(1, '2}')]
  expect(lines(...events)).toEqual([
    'message_start',
    'content_block_start 0 tool_use t0',
    'content_block_delta 0 input_json_delta {\\"a\\":1}',
    'content_block_stop 0',
    'content_block_start 1 tool_use t1',
    'content_block_delta 1 input_json_delta {\\"b\\":',
    'content_block_delta 1 input_json_delta 2}',
  ])
})

test.each<[string, WireEvent[]]>([
  ['without a reason', [START, { type: 'text', text: 'x' }, DONE]],
  ['without an end', [START, { type: 'text', text: 'x' }, finish('end')]],
  ['without both', [START, { type: 'text', text: 'x' }]],
])('an answer %s is not closed', (_how, events) => {
  expect(lines(...events)).toEqual([
    'message_start',
    'content_block_start 0 text',
    'content_block_delta 0 text_delta x',
  ])
})

test.each<[Finish['reason'], WireEvent[], string]>([
  ['end', [], 'end_turn'],
  ['end', [{ type: 'refusal', text: 'No.' }], 'refusal'],
  ['tool-calls', [], 'end_turn'],
  ['max-tokens', [begun(0)], 'max_tokens'],
  ['context-full', [], 'model_context_window_exceeded'],
  ['stop-sequence', [], 'stop_sequence'],
  ['pause', [], 'pause_turn'],
  ['refusal', [], 'refusal'],
])('%s after %j is written %s', (reason, events, expected) => {
  expect(lines(...events, finish(reason), DONE)).toContain(`message_delta ${expected}`)
})

test('an error and a ping may come at any time', () => {
  const writer = anthropicMessages.streamWriter(IDENTITY)
  expect(writer.ping()).toBe('event: ping\ndata: {"type":"ping"}\n\n')
  expect(writer.write({ type: 'ping' })).toBe(writer.ping())
  const problem = { kind: 'overloaded', message: 'Overloaded', code: null } as const
  expect(writer.problem(problem)).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
  )
  expect(writer.write({ type: 'problem', problem })).toBe(writer.problem(problem))
})

const anyEvent: fc.Arbitrary<WireEvent> = fc.oneof(
  fc.constantFrom<WireEvent>(
    { type: 'thinking-start' },
    { type: 'opaque' },
    { type: 'ping' },
    START,
  ),
  fc.record({ type: fc.constantFrom('text' as const, 'thinking' as const), text: fc.string() }),
  fc.nat(3).map(begun),
  fc
    .tuple(fc.nat(3), fc.constantFrom('{"a":', '1}', '', '{}', '"'))
    .map(([call, json]) => part(call, json)),
)

test('whatever comes, blocks are opened and closed one after the other and nothing is lost', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyEvent, { maxLength: 30, selector: keyOf }), (events) => {
      const text = writeStream(anthropicMessages, [...events, finish('end'), DONE])
      const marks = outline(text).filter((line) => /content_block_(start|stop)/.test(line))
      expect(marks.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
        marks.map(
          (_, at) => `content_block_${at % 2 === 0 ? 'start' : 'stop'} ${Math.floor(at / 2)}`,
        ),
      )
      const read = readStream(anthropicMessages, text)
      expect(said(read, 'text')).toBe(said(events, 'text'))
      expect(said(read, 'thinking')).toBe(said(events, 'thinking'))
      expect(calls(read)).toEqual(calls(events).map(([name, json]) => [name, asFarAsWhole(json)]))
    }),
    { numRuns: 500 },
  )
})

/** A call starts once. */
function keyOf(event: WireEvent): unknown {
  return event.type === 'tool-start' ? event.call : event
}

function said(events: readonly WireEvent[], kind: 'text' | 'thinking'): string {
  return events.map((event) => (event.type === kind ? event.text : '')).join('')
}

/** Nothing can follow a whole object, so that a call which has one may be closed. */
function asFarAsWhole(json: string): unknown {
  return expect.toSatisfy(
    (read: string) => read === json || (isWholeObject(read) && json.startsWith(read)),
  )
}

/** The arguments of each call that began, in the order in which they did. */
function calls(events: readonly WireEvent[]): [string, string][] {
  const begins = events.filter((event) => event.type === 'tool-start')
  return begins.map(({ call, name }) => {
    const json = events
      .map((event) => (event.type === 'tool-arguments' && event.call === call ? event.json : ''))
      .join('')
    return [name, json === '' ? '{}' : json]
  })
}

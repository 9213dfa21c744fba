import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isObject, type JsonObject } from '../../../src/domain/json.ts'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import { BadRequest, type Dialect } from '../../../src/domain/wire/dialect.ts'
import { frameSplitter } from '../../../src/domain/wire/frames.ts'
import { ollamaChat, ollamaGenerate } from '../../../src/domain/wire/ollama/dialects.ts'
import { readStream } from '../../support/wire.ts'

const DIALECTS: readonly Dialect[] = [anthropicMessages, ollamaChat, ollamaGenerate]

const WORDS = [
  'user',
  'assistant',
  'system',
  'tool',
  'text',
  'image',
  'thinking',
  'tool_use',
  'tool_result',
  'base64',
  'url',
  'json',
  'json_schema',
  'auto',
  'message',
  'error',
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'text_delta',
  'input_json_delta',
  'stop',
  'end_turn',
  'claude-opus-5',
]
const KEYS = [
  'model',
  'messages',
  'role',
  'content',
  'type',
  'text',
  'source',
  'data',
  'media_type',
  'tools',
  'name',
  'input_schema',
  'function',
  'parameters',
  'tool_calls',
  'arguments',
  'id',
  'input',
  'tool_use_id',
  'options',
  'stop',
  'format',
  'think',
  'thinking',
  'output_config',
  'metadata',
  'user_id',
  'system',
  'prompt',
  'images',
  'message',
  'response',
  'done',
  'done_reason',
  'usage',
  'input_tokens',
  'output_tokens',
  'cache_creation',
  'delta',
  'index',
  'content_block',
  'partial_json',
  'stop_reason',
  'error',
  'tool_choice',
  '__proto__',
  'details',
]

/** Objects of the words that readers look for, in places where they do not. */
const { body } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(...WORDS, '', null, true, 0, -1, 1.5, 1e308),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body'),
  ),
  body: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 8 }),
}))
/** As a request has it: what `JSON.parse` gives. */
const parsedBody = body.map((value): JsonObject => JSON.parse(JSON.stringify(value)))

function outcome(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof BadRequest ? 'refused' : String(error)
  }
}

test.each(DIALECTS)('$name refuses a request with BadRequest or reads it', (dialect) => {
  fc.assert(
    fc.property(parsedBody, (request) => {
      const whole = { model: 'm', messages: [], prompt: 'x', ...request }
      expect(['read', 'refused']).toContain(outcome(() => dialect.readRequest(whole)))
    }),
    { numRuns: 1000 },
  )
})

test.each(DIALECTS)('$name takes any body for an answer or for none', (dialect) => {
  fc.assert(
    fc.property(parsedBody, (reply) => {
      const likely = {
        type: 'message',
        done: true,
        done_reason: 'stop',
        stop_reason: 'x',
        ...reply,
      }
      expect(outcome(() => dialect.readReply(likely))).toBe('read')
      expect(outcome(() => dialect.readProblem(400, JSON.stringify(reply)))).toBe('read')
    }),
    { numRuns: 1000 },
  )
})

test.each(DIALECTS)('$name reads any events without failing, however they are cut', (dialect) => {
  const event = fc.oneof(
    parsedBody.map((value) => JSON.stringify(value)),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), fc.nat(200), (events, at) => {
      const text = events
        .map((data) => (dialect.framing === 'sse' ? `data: ${data}\n\n` : `${data}\n`))
        .join('')
      const whole = readStream(dialect, text)
      const bytes = new TextEncoder().encode(text)
      const splitter = frameSplitter(dialect.framing)
      const reader = dialect.streamReader()
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)]
      const frames = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]
      expect(frames.flatMap((frame) => reader.read(frame))).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('what is read of a hostile request can be written for every format', () => {
  fc.assert(
    fc.property(parsedBody, (request) => {
      for (const from of DIALECTS) {
        const reading = tried(() =>
          from.readRequest({ model: 'm', messages: [], prompt: 'x', ...request }),
        )
        if (reading === null) continue
        for (const to of DIALECTS) {
          const known = {
            contextTokens: null,
            outputTokens: null,
            vision: null,
            tools: null,
            thinking: null,
          }
          const writing = to.writeRequest(reading.conversation, { model: 'claude-x', ...known })
          expect(isObject(writing)).toBe(true)
        }
      }
    }),
    { numRuns: 500 },
  )
})

function tried<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

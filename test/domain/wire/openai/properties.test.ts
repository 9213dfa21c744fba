import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../../src/domain/json.ts'
import type { Conversation, Turn } from '../../../../src/domain/wire/conversation.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import { objectsIn, textIn } from '../../../../src/domain/wire/openai/fields.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import type { FinishReason, Reply, WireEvent } from '../../../../src/domain/wire/reply.ts'
import {
  at,
  frame,
  framesInPieces,
  IDENTITY,
  readAll,
  USAGE,
  write,
  writeAll,
} from '../../../support/openai-wire.ts'

const DIALECTS = [openaiChat, openaiResponses] as const

/** An answer's content in steps, the arguments of calls in pieces and in turns. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('text' as const),
      text: fc.string({ unit: 'grapheme', minLength: 1 }),
    }),
    fc.record({ type: fc.constant('thinking' as const), text: fc.string({ minLength: 1 }) }),
    fc.record({ type: fc.constant('call' as const) }),
    fc.record({
      type: fc.constant('piece' as const),
      of: fc.nat(3),
      json: fc.string({ minLength: 1 }),
    }),
  ),
  { maxLength: 12 },
)
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never

const limit = fc.boolean()

function eventsOf(content: Steps, isCut: boolean): readonly WireEvent[] {
  let calls = 0
  const events = content.flatMap((step): readonly WireEvent[] => {
    if (step.type === 'call') {
      const call = calls++
      return [{ type: 'tool-start', call, id: `toolu_${call}`, name: `tool_${call}` }]
    }
    if (step.type !== 'piece') return [step]
    if (calls === 0) return []
    return [{ type: 'tool-arguments', call: step.of % calls, json: step.json }]
  })
  const reason: FinishReason = isCut ? 'max-tokens' : calls > 0 ? 'tool-calls' : 'end'
  return [
    { type: 'start', id: 'up', model: 'claude-sonnet-5-5' },
    ...events,
    { type: 'finish', finish: { reason, stopSequence: null } },
    { type: 'usage', usage: USAGE },
    { type: 'done' },
  ]
}

/** What a client makes of the events. */
function answerOf(events: readonly WireEvent[]) {
  const calls = new Map<number, { id: string; name: string; json: string }>()
  const ends: WireEvent[] = []
  let text = ''
  for (const event of events) {
    if (event.type === 'text') text += event.text
    else if (event.type === 'tool-start') calls.set(event.call, { ...event, json: '' })
    else if (event.type === 'tool-arguments') {
      const call = calls.get(event.call)
      if (call !== undefined) call.json += event.json
    } else if (event.type !== 'thinking' && event.type !== 'start') ends.push(event)
  }
  const whole = [...calls.values()].map(({ id, name, json }) => [id, name, json || '{}'])
  return { text, calls: whole, ends: ends.map((event) => JSON.stringify(event)).toSorted() }
}

/** The fields that the formats have, to be met in places where they do not belong. */
const NAMES = [
  ...'type role content text refusal name id index function arguments call_id tool_calls'.split(
    ' ',
  ),
  ...'tool_call_id image_url url output delta message choices usage item response error'.split(' '),
  ...'code finish_reason status output_index summary schema json_schema'.split(' '),
]

function outcomeOf(reading: () => unknown): string {
  try {
    reading()
    return 'read'
  } catch (error) {
    return String(error)
  }
}

describe.each(DIALECTS)('$name', (dialect) => {
  test('a stream that was written is read as the same answer, however it is cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(steps, limit, sizes, (content, isCut, pieces) => {
        const events = eventsOf(content, isCut)
        const text = writeAll(dialect, events, { ...IDENTITY, includeUsage: true })
        const read = readAll(dialect.streamReader(), framesInPieces(text, pieces))
        expect(answerOf(read)).toEqual(answerOf(events))
        expect(read[0]).toMatchObject({ type: 'start', model: 'claude-sonnet-5-5' })
      }),
    )
  })

  test('an answer that was written is read as the same answer', () => {
    const part = fc.oneof(
      fc.record({ type: fc.constant('text' as const), text: fc.string({ minLength: 1 }) }),
      fc.record({ type: fc.constant('opaque' as const) }),
      fc.record({
        type: fc.constant('tool-call' as const),
        id: fc.uuid(),
        name: fc.constant('f'),
        json: fc.json(),
      }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), limit, (parts, isCut) => {
        const hasCalls = parts.some(({ type }) => type === 'tool-call')
        const reason: FinishReason = isCut ? 'max-tokens' : hasCalls ? 'tool-calls' : 'end'
        const finish = { reason, stopSequence: null }
        const reply: Reply = { id: 'x', model: 'm', parts, finish, usage: USAGE }
        const read = dialect.readReply(dialect.writeReply(reply, IDENTITY))
        const textOf = (all: Reply['parts'] = []) =>
          all.map((each) => (each.type === 'text' ? each.text : '')).join('')
        const callsOf = (all: Reply['parts'] = []) => all.filter(({ type }) => type === 'tool-call')
        expect(read).toMatchObject({ model: 'm', finish, usage: USAGE })
        expect(textOf(read?.parts)).toBe(textOf(parts))
        expect(callsOf(read?.parts)).toEqual(callsOf(parts))
      }),
    )
  })

  const junk = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom<Json>(null, true, 0, -1.5, '', 'user', 'function', 'message', 'auto', 'text'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 5 }),
    ),
  })).value

  const fields = ['model', 'messages', 'input', 'tools', 'tool_choice', 'stop', 'text', 'reasoning']

  test('a malformed request is read or refused as bad, and nothing else is thrown', () => {
    const body = fc.dictionary(
      fc.constantFrom(...fields, 'response_format', 'user', 'n', 'include', 'modalities'),
      junk,
      { minKeys: 1, maxKeys: 6 },
    )
    fc.assert(
      fc.property(body, (request) => {
        expect(outcomeOf(() => dialect.readRequest(request))).toMatch(
          /^read$|^BadRequest: \S+: expected /,
        )
      }),
      { numRuns: 500 },
    )
  })

  test('whatever an upstream answers, reading it throws nothing', () => {
    const types = ['response.completed', 'response.output_item.done', 'error', null]
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'choices',
            'output',
            'status',
            'usage',
            'error',
            'response',
            'item',
            'type',
          ),
          junk,
        ),
        junk,
        (body, more) => {
          expect(() => dialect.readReply(body)).not.toThrow()
          expect(() => dialect.readProblem(500, JSON.stringify(more))).not.toThrow()
          const reader = dialect.streamReader()
          for (const type of types) {
            expect(() => reader.read(frame({ type, ...body }, type))).not.toThrow()
            expect(() => reader.read(frame(JSON.stringify(more)))).not.toThrow()
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a body of great depth or width is read without running out of stack', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const wide: JsonObject = { type: 'function', function: { name: 'f', arguments: '{}' } }
    const calls = Array.from({ length: 150_000 }, (_, index) => ({
      ...wide,
      index,
      id: `c${index}`,
    }))
    const item = { type: 'message', content: calls.map(() => ({ type: 'output_text', text: 'x' })) }
    const chunk = { choices: [{ delta: { tool_calls: calls.slice(0, 2000) } }] }
    const request: JsonObject = JSON.parse(
      `{"messages":[{"role":"user","content":"x"}],"input":"x","include":${deep},"modalities":${deep}}`,
    )
    expect(() => dialect.readRequest(request)).not.toThrow()
    const schema: JsonObject = JSON.parse(`{"anyOf":${deep}}`)
    const format = { type: 'json-schema', name: null, schema, strict: true } as const
    expect(write(dialect, { format }).dropped).toEqual(['strict'])
    // To each the other's frames say nothing.
    const isChat = dialect === openaiChat
    const called = dialect.streamReader().read(frame(chunk))
    expect(called).toHaveLength(isChat ? 1 + 2 * 2000 : 0)
    const done = { type: 'response.output_item.done', output_index: 0, item }
    expect(dialect.streamReader().read(frame(done))).toHaveLength(isChat ? 0 : 1 + calls.length)
  })
})

test('a tool message follows the calls that it answers, wherever else instructions stand', () => {
  const round = fc.record({
    calls: fc.integer({ min: 0, max: 3 }),
    says: fc.boolean(),
    instructed: fc.constantFrom('before', 'after', 'never'),
    split: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(round, { maxLength: 5 }), (rounds) => {
      const turns = rounds.flatMap(({ calls, says, instructed, split }, index): readonly Turn[] => {
        const ids = Array.from({ length: calls }, (_, n) => `call_${index}_${n}`)
        const said = says || calls === 0 ? [{ type: 'text', text: 'so' } as const] : []
        const results = ids.map(
          (id) => ({ type: 'tool-result', id, parts: [], isError: false }) as const,
        )
        const system: Turn = { role: 'system', parts: [{ type: 'text', text: 'now' }] }
        const users: readonly Turn[] = split
          ? [...results, ...said].map((part) => ({ role: 'user', parts: [part] }))
          : [{ role: 'user', parts: [...said, ...results] }]
        return [
          {
            role: 'assistant',
            parts: ids.map((id) => ({ type: 'tool-call', id, name: 'f', json: '{}' })),
          },
          ...(instructed === 'before' ? [system] : []),
          ...users,
          ...(instructed === 'after' ? [system] : []),
        ]
      })
      const question: Turn = { role: 'user', parts: [{ type: 'text', text: 'hi' }] }
      const { body } = write(openaiChat, { turns: [question, ...turns] })
      const messages = objectsIn(body['messages'])
      // Of each assistant's calls and the results that directly follow it, in order.
      const followed: (readonly [calls: string[], results: string[]])[] = [[[], []]]
      for (const message of messages) {
        const calls = objectsIn(message['tool_calls']).map(({ id }) => textIn(id))
        if (message['role'] === 'tool') followed.at(-1)?.[1].push(textIn(message['tool_call_id']))
        else followed.push([calls, []])
      }
      for (const [calls, results] of followed) expect(results).toEqual(calls)
    }),
  )
})

test('a stand-in is taken by OpenAI, and leads back to the one name', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 })),
      (names) => {
        const tools: Conversation['tools'] = names.map((name) => ({
          name,
          description: null,
          schema: {},
          strict: null,
        }))
        const { body, toolNames } = write(openaiResponses, { tools })
        const written = names.map((_, index) => textIn(at(body, `tools.${index}.name`)))
        for (const name of written) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
        expect(written.map((name) => toolNames.get(name) ?? name)).toEqual(names)
      },
    ),
  )
})

test('usage adds up to what the upstream counted, and no part of it is negative', () => {
  const count = fc.nat(1_000_000)
  fc.assert(
    fc.property(count, count, count, count, (prompt, cached, written, output) => {
      fc.pre(prompt + output > 0)
      const reply = openaiChat.readReply({
        choices: [{ message: { content: 'x' }, finish_reason: 'stop' }],
        usage: {
          prompt_tokens: prompt,
          completion_tokens: output,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
        },
      })
      const { input = -1, cacheRead = -1, cacheWrite5m = -1 } = reply?.usage ?? {}
      expect(Math.min(input, cacheRead, cacheWrite5m)).toBeGreaterThanOrEqual(0)
      expect(input + cacheRead + cacheWrite5m).toBe(prompt)
    }),
  )
})

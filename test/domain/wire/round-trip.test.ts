import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Usage } from '../../../src/domain/costs/usage.ts'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import type { Conversation, Turn, UserPart } from '../../../src/domain/wire/conversation.ts'
import type { Dialect } from '../../../src/domain/wire/dialect.ts'
import { ollamaChat, ollamaGenerate } from '../../../src/domain/wire/ollama/dialects.ts'
import type { Reply, ReplyPart, WireEvent } from '../../../src/domain/wire/reply.ts'
import {
  IDENTITY,
  conversation,
  readStream,
  target,
  writeStream,
  written,
} from '../../support/wire.ts'

const words = fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `a${text}b`)
const text = words.map((said) => ({ type: 'text' as const, text: said }))
const image = fc.constantFrom('iVBORw0KGgoAAA', 'iVBORw0KGgoBBB').map((data) => ({
  type: 'image' as const,
  source: { kind: 'base64' as const, mediaType: 'image/png', data },
}))
const json = fc
  .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true })
  .map((value) => JSON.stringify(value))
const calls = fc.array(fc.tuple(fc.constantFrom('get', 'put_it', 'x-y'), json), { maxLength: 3 })

interface Exchange {
  readonly asked: readonly UserPart[]
  readonly said: string
  readonly calls: readonly (readonly [name: string, json: string])[]
  readonly results: readonly string[]
}
const exchange: fc.Arbitrary<Exchange> = fc.record({
  asked: fc
    .tuple(text, fc.array(image, { maxLength: 2 }))
    .map(([said, images]) => [said, ...images]),
  said: words,
  calls,
  results: fc.tuple(words, words, words),
})

/** Turns as a client has them: each call is answered before anything else is said. */
function turnsOf(exchanges: readonly Exchange[], last: UserPart): Turn[] {
  const turns: Turn[] = []
  let results: UserPart[] = []
  for (const [at, { asked, said, calls: called, results: given }] of exchanges.entries()) {
    turns.push({ role: 'user', parts: [...results, ...asked] })
    const parts = called.map(([name, args], index) => ({
      type: 'tool-call' as const,
      id: `call_${at}_${index}`,
      name,
      json: args,
    }))
    turns.push({ role: 'assistant', parts: [{ type: 'text', text: said }, ...parts] })
    results = parts.map(({ id }, index) => ({
      type: 'tool-result',
      id,
      parts: [{ type: 'text', text: given[index] ?? '' }],
      isError: false,
    }))
  }
  return [...turns, { role: 'user', parts: [...results, last] }]
}

const tool = fc.record({
  name: fc.constantFrom('get', 'put_it', 'x-y'),
  description: fc.option(words),
  schema: fc.constant({ type: 'object', properties: { a: { type: 'string' } } }),
  strict: fc.constant(null),
})
const schema = { type: 'object', properties: {}, additionalProperties: false }

const held = fc.record({
  system: fc.array(words, { maxLength: 1 }),
  turns: fc
    .tuple(fc.array(exchange, { maxLength: 3 }), text)
    .map(([exchanges, last]) => turnsOf(exchanges, last)),
  tools: fc.array(tool, { maxLength: 2 }),
  maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
  temperature: fc.option(fc.constantFrom(0, 0.5, 1)),
  topK: fc.option(fc.nat(100)),
  stop: fc.array(words, { maxLength: 3 }),
  format: fc.option(
    fc.constant({ type: 'json-schema' as const, name: null, schema, strict: null }),
  ),
  stream: fc.boolean(),
})

test('Anthropic: what is written is read again', () => {
  const more = fc.record({
    effort: fc.constantFrom('low' as const, 'medium' as const, 'high' as const, 'max' as const),
    userId: fc.option(words.filter((id) => id.length <= 64)),
    parallelTools: fc.option(fc.boolean()),
  })
  fc.assert(
    fc.property(held, more, (some, { parallelTools, ...rest }) => {
      const given = conversation({ ...some, ...rest })
      const choice =
        given.tools.length === 0 || parallelTools === null
          ? {}
          : { parallelTools, toolChoice: { type: 'auto' as const } }
      expect(again(anthropicMessages, { ...given, ...choice })).toEqual({ ...given, ...choice })
    }),
  )
})

test('Ollama: what is written is read again', () => {
  fc.assert(
    fc.property(held, fc.option(fc.constantFrom(0.1, 0.9)), (some, topP) => {
      const given = conversation({ ...some, topP })
      const read = again(ollamaChat, given)
      expect({ ...read, turns: [] }).toEqual({ ...given, turns: [] })
      // What tools gave is told before what the user says, each in a turn of its own.
      const parts = (turns: readonly Turn[]) => turns.flatMap((turn) => [...turn.parts])
      expect(parts(read.turns)).toEqual(parts(given.turns))
    }),
  )
})

test('generate: what is written is read again', () => {
  fc.assert(
    fc.property(words, text, image, (system, said, seen) => {
      const given = conversation({
        system: [system],
        turns: [{ role: 'user', parts: [said, seen] }],
      })
      expect(again(ollamaGenerate, given)).toEqual(given)
    }),
  )
})

function again(dialect: Dialect, given: Conversation): Conversation {
  const { body } = written(dialect.writeRequest(given, target('claude-opus-4-6')))
  return dialect.readRequest(JSON.parse(JSON.stringify(body))).conversation
}

const count = fc.nat(1_000_000)
const thinking = words.map((thought) => ({ type: 'thinking' as const, text: thought }))
const call = fc
  .tuple(fc.nat(9), json)
  .map(([id, args]) => ({ type: 'tool-call' as const, id: `call_${id}`, name: 'get', json: args }))
const parts: fc.Arbitrary<readonly ReplyPart[]> = fc
  .tuple(fc.option(thinking), fc.option(text), fc.array(call, { maxLength: 2 }))
  .map(([thought, said, called]) => [
    ...(thought === null ? [] : [thought]),
    ...(said === null ? [] : [said]),
    ...called,
  ])

function replies(usage: fc.Arbitrary<Usage>): fc.Arbitrary<Reply> {
  return fc.tuple(parts, usage, fc.boolean()).map(([all, used, isCut]) => {
    const reason = isCut
      ? 'max-tokens'
      : all.some(({ type }) => type === 'tool-call')
        ? 'tool-calls'
        : 'end'
    return { id: null, model: 'm', parts: all, finish: { reason, stopSequence: null }, usage: used }
  })
}

const anthropicUsage = fc.record({
  input: count,
  cacheRead: count,
  cacheWrite5m: fc.integer({ min: 1, max: 1000 }),
  cacheWrite1h: count,
  output: count,
  webSearches: fc.nat(9),
  webFetches: fc.nat(9),
})
const ollamaUsage = fc.record({ input: count, output: count }).map((some) => ({
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  webSearches: 0,
  webFetches: 0,
  ...some,
}))

test.each([
  [anthropicMessages, replies(anthropicUsage), 'msg_01abc'],
  [ollamaChat, replies(ollamaUsage), null],
])('$name: an answer that is written is read again, whole and streamed', (dialect, reply, id) => {
  fc.assert(
    fc.property(reply, (given) => {
      expect(dialect.readReply(dialect.writeReply(given, IDENTITY))).toEqual({ ...given, id })
      const events = readStream(dialect, writeStream(dialect, eventsOf(given)))
      expect(gathered(events)).toEqual(gathered(eventsOf(given)))
    }),
  )
})

function eventsOf({ parts: all, finish, usage, model }: Reply): WireEvent[] {
  const events: WireEvent[] = [{ type: 'start', id: null, model }]
  let counted = 0
  for (const part of all) {
    if (part.type === 'text' || part.type === 'thinking') events.push(part)
    if (part.type !== 'tool-call') continue
    events.push({ type: 'tool-start', call: counted, id: part.id, name: part.name })
    events.push({ type: 'tool-arguments', call: counted, json: part.json })
    counted += 1
  }
  if (usage !== null) events.push({ type: 'usage', usage })
  return [...events, { type: 'finish', finish }, { type: 'done' }]
}

test.each([[anthropicMessages], [ollamaChat], [ollamaGenerate]])(
  '$name: no character of an answer looks like the end of a line',
  (dialect) => {
    const said = 'a\u0085b\u2028c\u2029d\u000be\r\nf'
    const written = writeStream(dialect, [{ type: 'text', text: said }])
    expect(written.replaceAll('\n', '')).not.toMatch(/[\u0085\u2028\u2029\r]/)
    expect(readStream(dialect, written)).toContainEqual({ type: 'text', text: said })
  },
)

/** The last of each kind, and all calls: what a client ends up with. */
function gathered(events: readonly WireEvent[]): unknown {
  const last = (type: WireEvent['type']) => events.findLast((event) => event.type === type)
  return [
    ...events.filter(
      ({ type }) => type.startsWith('tool') || type === 'text' || type === 'thinking',
    ),
    last('usage'),
    last('finish'),
    last('done'),
  ]
}

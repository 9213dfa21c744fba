import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OWN_SIGNATURE } from '../../../src/domain/wire/anthropic/own-thinking.ts'
import type { DialectName } from '../../../src/domain/wire/dialect.ts'
import { passThroughBody } from '../../../src/domain/wire/passthrough.ts'
import { jsonObjectText, jsonValueText } from '../../support/json-text.ts'

const NOTHING = { model: null, includeUsage: false }

test.each<[string, DialectName, string, string]>([
  [
    'the model',
    'ollama-chat',
    '{"x": 1.0, "model" : "a", "y":2}',
    '{"x": 1.0, "model" : "m\\"1", "y":2}',
  ],
  [
    'every double and spelling of it',
    'ollama-chat',
    '{"model":"a","mod\\u0065l":["b"]}',
    '{"model":"m\\"1","mod\\u0065l":"m\\"1"}',
  ],
  ['a model that was not there', 'ollama-chat', '\n{ "a":1}', '\n{"model":"m\\"1", "a":1}'],
  ['no question for the usage elsewhere', 'openai-responses', '{"model":""}', '{"model":"m\\"1"}'],
  [
    'both in an empty object',
    'openai-chat',
    '{}',
    '{"model":"m\\"1","stream_options":{"include_usage":true}}',
  ],
])('edits %s', (_what, name, text, expected) => {
  expect(passThroughBody(name, text, { model: 'm"1', includeUsage: true })).toBe(expected)
})

test.each([
  ['{"stream":true}', '{"stream_options":{"include_usage":true},"stream":true}'],
  ['{"stream_options":{"x":false}}', '{"stream_options":{"include_usage":true,"x":false}}'],
  ['{"stream_options":{"include_usage": false}}', '{"stream_options":{"include_usage": true}}'],
  ['{"stream_options":null}', '{"stream_options":{"include_usage":true}}'],
])('asks for the usage in %s', (text, expected) => {
  expect(passThroughBody('openai-chat', text, { model: null, includeUsage: true })).toBe(expected)
})

test.each([['[]'], ['{"a":}'], [''], ['null']])('%j is no body', (text) => {
  expect(passThroughBody('openai-chat', text, NOTHING)).toBeNull()
})

test('a body with nothing to edit is the very same text', () => {
  fc.assert(
    fc.property(jsonObjectText, (text) => {
      expect(passThroughBody('openai-chat', text, NOTHING)).toBe(text)
      expect(passThroughBody('anthropic-messages', text, NOTHING)).toBe(text)
    }),
  )
})

test('bytes that are taken as latin1 stay the same bytes', () => {
  const body = (rest: string) => `{"messages":[${user},${assistant(rest)}],"é":"漢字 🙂"}`
  const text = Buffer.from(body(`${OWN} ,${TEXT}`), 'utf8').toString('latin1')
  const edits = { model: 'modèle-🙂', includeUsage: false }
  const sent = Buffer.from(passThroughBody('anthropic-messages', text, edits) ?? '', 'latin1')
  expect(sent.toString('utf8')).toBe(
    body(TEXT).replace('{', String.raw`{"model":"mod\u00e8le-\ud83d\ude42",`),
  )
})

const OWN = `{"type":"thinking","thinking":"x","signature":"${OWN_SIGNATURE}"}`
const UNSIGNED = '{ "thinking":"x\\n","type":"thinking","signature":"" }'
const NONE = '{"type":"thinking","thinking":"x"}'
const CLAUDES = '{"type":"thinking","thinking":"","signature":"EqQBCkYIBxgC"}'
const TEXT = '{"type":"text","text":"}],\\"thinking\\"","n":1.0}'

function thinking(...messages: readonly string[]): string {
  return `{"thinking":{"type":"adaptive"},"messages":[${messages.join(', ')}],"max_tokens":1e3}`
}
const user = '{"role":"user","content":"hi"}'
const assistant = (...blocks: string[]) => `{"role":"assistant","content":[${blocks.join(' ,')}]}`

test.each<[string, string, string]>([
  ['ours', thinking(user, assistant(OWN, TEXT), user), thinking(user, assistant(TEXT), user)],
  ['unsigned', thinking(user, assistant(UNSIGNED, TEXT)), thinking(user, assistant(TEXT))],
  [
    'with no signature at all',
    thinking(user, assistant(NONE, TEXT)),
    thinking(user, assistant(TEXT)),
  ],
  ['at the end', thinking(assistant(TEXT, OWN)), thinking(assistant(TEXT))],
  ['between', thinking(assistant(TEXT, OWN, TEXT)), thinking(assistant(TEXT, TEXT))],
  ['several', thinking(assistant(OWN, CLAUDES, OWN, TEXT)), thinking(assistant(CLAUDES, TEXT))],
  ['alone in a message', thinking(user, assistant(OWN), user), thinking(user, user)],
  ['alone in the last message', thinking(user, assistant(OWN, NONE)), thinking(user)],
])('takes out thinking that is not of Claude: %s', (_name, text, expected) => {
  expect(passThroughBody('anthropic-messages', text, NOTHING)).toBe(expected)
})

test.each([
  ['signed by Claude', thinking(user, assistant(CLAUDES, TEXT))],
  ["in a user's turn", thinking(`{"role":"user","content":[${OWN}]}`)],
  ['redacted', thinking(assistant('{"type":"redacted_thinking","data":"x"}'))],
  [
    'in the text of a message',
    thinking(user, assistant(TEXT), '{"role":"assistant","content":"thinking"}'),
  ],
  ['in a message that is the only one', thinking(assistant(OWN))],
  ['where messages are no messages', '{"thinking":1,"messages":[1,"x",[],{}]}'],
  ['where messages are no array', '{"thinking":1,"messages":{}}'],
])('leaves thinking %s', (_name, text) => {
  expect(passThroughBody('anthropic-messages', text, NOTHING)).toBe(text)
})

test('whatever stands around our thinking stays byte for byte', () => {
  const block = fc.oneof(jsonObjectText, fc.constantFrom(CLAUDES, TEXT))
  const around = fc.tuple(
    fc.array(block, { maxLength: 3 }),
    fc.array(block, { maxLength: 3 }),
    jsonValueText,
  )
  fc.assert(
    fc.property(around, ([before, after, other]) => {
      fc.pre(before.length + after.length > 0)
      const body = (blocks: readonly string[]) =>
        `{"x":${other},"messages":[${user},{"content":[${blocks.join(',')}],"role":"assistant"}]}`
      const sent = passThroughBody('anthropic-messages', body([...before, OWN, ...after]), NOTHING)
      // The blank after a comma goes with what follows the comma, or comes before the bracket.
      expect(sent?.replace(/\s+/g, '')).toBe(body([...before, ...after]).replace(/\s+/g, ''))
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OWN_SIGNATURE } from '../../../src/domain/wire/anthropic/own-thinking.ts'
import { passThroughBody } from '../../../src/domain/wire/passthrough.ts'
import { jsonObjectText, jsonValueText } from '../../support/json-text.ts'

const NOTHING = { model: null, includeUsage: false }

test.each([
  [
    'the model',
    '{"x": 1.0, "model" : "a", "y":2}',
    'anthropic-messages',
    'm"1',
    false,
    '{"x": 1.0, "model" : "m\\"1", "y":2}',
  ],
  [
    'the model under every double and spelling',
    '{"model":"a","mod\\u0065l":["b"]}',
    'openai-chat',
    'm',
    false,
    '{"model":"m","mod\\u0065l":"m"}',
  ],
  ['a model that was not there', '\n{ "a":1}', 'ollama-chat', 'm', false, '\n{"model":"m", "a":1}'],
  [
    'the question for the usage',
    '{"stream":true}',
    'openai-chat',
    null,
    true,
    '{"stream_options":{"include_usage":true},"stream":true}',
  ],
  [
    'that question among options',
    '{"stream_options":{"include_obfuscation":false}}',
    'openai-chat',
    null,
    true,
    '{"stream_options":{"include_usage":true,"include_obfuscation":false}}',
  ],
  [
    'that question said no to',
    '{"stream_options":{"include_usage": false}}',
    'openai-chat',
    null,
    true,
    '{"stream_options":{"include_usage": true}}',
  ],
  [
    'options that are null',
    '{"stream_options":null}',
    'openai-chat',
    null,
    true,
    '{"stream_options":{"include_usage":true}}',
  ],
  ['no question for other formats', '{"a":1}', 'openai-responses', null, true, '{"a":1}'],
  [
    'both in an empty object',
    '{}',
    'openai-chat',
    'm',
    true,
    '{"model":"m","stream_options":{"include_usage":true}}',
  ],
] as const)('edits %s', (_what, text, name, model, includeUsage, expected) => {
  expect(passThroughBody(name, text, { model, includeUsage })).toBe(expected)
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

import { expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/domain/wire/anthropic/dialect.ts'
import { OWN_SIGNATURE } from '../../../src/domain/wire/anthropic/own-thinking.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Problem } from '../../../src/domain/wire/problem.ts'
import type { Reply } from '../../../src/domain/wire/reply.ts'
import { IDENTITY } from '../../support/wire.ts'

const BODY: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'Eq' },
    { type: 'redacted_thinking', data: 'x' },
    { type: 'text', text: 'So', citations: null },
    { type: 'tool_use', id: 'toolu_1', name: 'get', input: { a: 1 } },
    { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 4, cache_creation_input_tokens: null },
}

const REPLY: Reply = {
  id: 'msg_1',
  model: 'claude-x',
  parts: [
    { type: 'thinking', text: 'hm' },
    { type: 'opaque' },
    { type: 'text', text: 'So' },
    { type: 'tool-call', id: 'toolu_1', name: 'get', json: '{"a":1}' },
    { type: 'opaque' },
  ],
  finish: { reason: 'tool-calls', stopSequence: null },
  usage: {
    input: 3,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 4,
    webSearches: 0,
    webFetches: 0,
  },
}

test('an answer is read', () => {
  expect(anthropicMessages.readReply(BODY)).toEqual(REPLY)
})

test.each<[string, JsonObject]>([
  ['without a reason to stop', { ...BODY, stop_reason: null }],
  ['that is an error', { type: 'error', error: { type: 'api_error', message: 'x' } }],
  ['without content', { ...BODY, content: null }],
  ['of another format', { id: 'chatcmpl-1', object: 'chat.completion', choices: [] }],
  ['that is empty', {}],
])('a body %s is no answer', (_what, body) => {
  expect(anthropicMessages.readReply(body)).toBeNull()
})

test('an answer of another model is written, with its own id and the model that served it', () => {
  expect(anthropicMessages.writeReply({ ...REPLY, model: 'qwen3:8b' }, IDENTITY)).toMatchObject({
    id: 'msg_01abc',
    type: 'message',
    role: 'assistant',
    model: 'qwen3:8b',
    content: [
      { type: 'thinking', thinking: 'hm', signature: OWN_SIGNATURE },
      { type: 'text', text: 'So', citations: null },
      { type: 'tool_use', id: 'toolu_1', name: 'get', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 4 },
  })
})

test('an answer without a name, usage or the right reason is written all the same', () => {
  const reply: Reply = {
    id: null,
    model: null,
    parts: [
      { type: 'text', text: '' },
      { type: 'tool-call', id: 'a.b', name: 'x', json: '' },
    ],
    finish: { reason: 'end', stopSequence: null },
    usage: null,
  }
  expect(anthropicMessages.writeReply(reply, IDENTITY)).toMatchObject({
    model: 'asked-for',
    content: [{ type: 'tool_use', id: 'a_b', name: 'x', input: {} }],
    stop_reason: 'tool_use',
    usage: { input_tokens: 0, output_tokens: 0 },
  })
  const refusing: Reply = { ...reply, parts: [{ type: 'refusal', text: 'No.' }] }
  expect(anthropicMessages.writeReply(refusing, IDENTITY)).toMatchObject({
    content: [{ type: 'text', text: 'No.' }],
    stop_reason: 'refusal',
  })
})

function error(type: string, message: string, details?: JsonObject): string {
  return JSON.stringify({
    type: 'error',
    error: { type, message, ...(details ? { details } : {}) },
    request_id: 'req_1',
  })
}

test.each<[number, string, Problem['kind'], string | null]>([
  [400, error('invalid_request_error', 'messages: Field required'), 'invalid-request', null],
  [
    400,
    error('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    'context-too-long',
    null,
  ],
  [
    400,
    error('invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
    'context-too-long',
    null,
  ],
  [
    400,
    error('invalid_request_error', 'Your credit balance is too low to access the API.'),
    'billing',
    null,
  ],
  [
    400,
    error(
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on …',
    ),
    'billing',
    null,
  ],
  [401, error('authentication_error', 'invalid x-api-key'), 'authentication', null],
  [402, error('billing_error', 'pay'), 'billing', null],
  [403, error('permission_error', 'no'), 'permission', null],
  [404, error('not_found_error', 'model: claude-3-opus'), 'model-not-found', null],
  [404, error('not_found_error', 'Not Found'), 'not-found', null],
  [404, error('not_found_error', 'File not found: file_011'), 'invalid-request', null],
  [404, '<title>404</title>File not found.', 'not-found', null],
  [409, error('conflict_error', 'wait'), 'invalid-request', null],
  [413, error('request_too_large', 'Request exceeds the maximum size'), 'too-large', null],
  [429, error('rate_limit_error', 'slow down'), 'rate-limit', null],
  [
    429,
    error('rate_limit_error', 'cap', { error_code: 'enforced_spend_limit_reached' }),
    'billing',
    'enforced_spend_limit_reached',
  ],
  [500, error('api_error', 'x'), 'api', null],
  [504, error('timeout_error', 'x'), 'timeout', null],
  [529, error('overloaded_error', 'Overloaded'), 'overloaded', null],
  [503, error('overloaded_error', 'from Ollama'), 'overloaded', null],
  [422, error('brand_new_error', 'x'), 'invalid-request', null],
  [413, '<html><head><title>413</title></head><body>cloudflare</body></html>', 'too-large', null],
  [502, '', 'unavailable', null],
  [503, '{"detail":"starting"}', 'unavailable', null],
])('a %d with %.80s is %s', (status, body, kind, code) => {
  expect(anthropicMessages.readProblem(status, body)).toMatchObject({ kind, code })
})

test.each([
  [error('api_error', 'Overloaded'), 'Overloaded'],
  ['<html><style>b{}</style><body>Bad\n gateway</body>', 'Bad gateway'],
  ['', 'HTTP 502, without a body'],
  ['x'.repeat(1000), 'x'.repeat(300)],
])('the words of %.40s are kept', (body, message) => {
  expect(anthropicMessages.readProblem(502, body).message).toBe(message)
})

test.each<[Problem['kind'], number, string]>([
  ['invalid-request', 400, 'invalid_request_error'],
  ['context-too-long', 400, 'invalid_request_error'],
  ['too-large', 413, 'request_too_large'],
  ['authentication', 401, 'authentication_error'],
  ['permission', 403, 'permission_error'],
  ['billing', 402, 'billing_error'],
  ['model-not-found', 404, 'not_found_error'],
  ['not-found', 404, 'not_found_error'],
  ['rate-limit', 429, 'rate_limit_error'],
  ['overloaded', 529, 'overloaded_error'],
  ['timeout', 504, 'timeout_error'],
  ['unavailable', 503, 'api_error'],
  ['api', 500, 'api_error'],
])('a problem of the kind %s is a %d of the type %s', (kind, status, type) => {
  const answer = anthropicMessages.writeProblem({ kind, message: 'm', code: 'c' }, '01x')
  expect(answer).toMatchObject({
    status,
    body: { type: 'error', error: { type, details: { error_code: 'c' } }, request_id: 'req_01x' },
  })
})

test('a prompt that is too long is told in the words that Claude Code knows', () => {
  const told = (message: string) =>
    anthropicMessages.writeProblem({ kind: 'context-too-long', message, code: null }, 'x').body
  expect(told('the window is 8192')).toMatchObject({
    error: { message: 'prompt is too long: the window is 8192' },
  })
  expect(told('prompt is too long: 2 tokens > 1 maximum')).toMatchObject({
    error: { message: 'prompt is too long: 2 tokens > 1 maximum' },
  })
})

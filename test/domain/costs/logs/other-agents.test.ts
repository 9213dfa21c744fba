import { expect, test } from 'vitest'
import { GEMINI_CLI, GEMINI_CLI_FILES } from '../../../../src/domain/costs/logs/gemini-cli.ts'
import { GOOSE } from '../../../../src/domain/costs/logs/goose.ts'
import { OPENCODE, OPENCODE_FILES } from '../../../../src/domain/costs/logs/opencode.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'

// A row that opencode 1.18.33 wrote; its own figure for the cost is right for these tokens.
const MESSAGE = {
  parentID: 'msg_205eac254001Wcpqg6h7bIjrg7',
  role: 'assistant',
  mode: 'build',
  agent: 'build',
  path: { cwd: '/home/me/project', root: '/' },
  cost: 0.00215,
  tokens: { total: 475, input: 25, output: 30, reasoning: 20, cache: { write: 100, read: 300 } },
  modelID: 'claude-opus-4-5',
  providerID: 'anthropic',
  time: { created: 1795395601731, completed: 1795395602462 },
  finish: 'stop',
} satisfies JsonObject

function opencode(message: JsonObject) {
  return OPENCODE.open({}).read({
    id: 'msg_205eac543001h11QlsXVpo5YV8',
    session_id: 'ses_1',
    data: JSON.stringify(message),
  })
}

test('opencode: a message is an answer, its reasoning is output', () => {
  expect(opencode(MESSAGE)).toEqual([
    {
      agent: 'opencode',
      id: 'msg_205eac543001h11QlsXVpo5YV8',
      answerId: null,
      requestId: null,
      atMs: 1795395602462,
      provider: 'anthropic',
      model: 'claude-opus-4-5',
      project: '/home/me/project',
      session: 'ses_1',
      isSidechain: false,
      usage: {
        input: 25,
        cacheRead: 300,
        cacheWrite5m: 100,
        cacheWrite1h: 0,
        output: 50,
        webSearches: 0,
        webFetches: 0,
      },
      terms: { tier: 'standard', usOnly: false, summed: false },
      billing: 'unknown',
    },
  ])
})

test('opencode: a message in a file of its own is the same answer', () => {
  const file = { ...MESSAGE, id: 'msg_205eac543001h11QlsXVpo5YV8', sessionID: 'ses_1' }
  expect(OPENCODE_FILES.read(file, { stem: 'other' })).toEqual({
    records: opencode(MESSAGE),
    unreadable: 0,
  })
})

test.each<readonly [string, JsonObject]>([
  ['a question', { ...MESSAGE, role: 'user' }],
  ['an answer that has not come', { ...MESSAGE, tokens: { input: 0, output: 0 } }],
])('opencode: %s is no answer', (_name, message) => {
  expect(opencode(message)).toEqual([])
})

test.each<readonly [string, JsonObject]>([
  ['negative tokens', { ...MESSAGE, tokens: { input: -1, output: 5 } }],
  ['no count of the input', { ...MESSAGE, tokens: { output: 5 } }],
  ['no count of the output', { ...MESSAGE, tokens: { input: 5, output: null } }],
  ['no time', { ...MESSAGE, time: {} }],
])('opencode: an answer with %s makes no sense, in a row as in a file', (_name, message) => {
  expect(opencode(message)).toBeNull()
  expect(OPENCODE_FILES.read(message, { stem: 'm' })).toEqual({ records: [], unreadable: 1 })
})

test('opencode: a row that is no JSON makes no sense', () => {
  expect(OPENCODE.open({}).read({ id: 'a', session_id: 'b', data: '{"role":' })).toBeNull()
})

const ANSWER = {
  id: 'm1',
  timestamp: '2026-11-22T10:00:00.000Z',
  type: 'gemini',
  content: 'hello',
  model: 'gemini-3-pro',
  tokens: { input: 1000, output: 40, cached: 300, thoughts: 60, tool: 5, total: 1105 },
} satisfies JsonObject

test('gemini-cli: the prompt includes the cache, thoughts are output, as in a file so in lines', () => {
  const log = GEMINI_CLI.open({ stem: 'session-x' }, null)
  expect(log.read({ sessionId: 's1', projectHash: 'abc', startTime: 'x' })).toEqual([])
  const records = log.read(ANSWER)
  expect(records).toMatchObject([
    {
      id: 's1 m1',
      model: 'gemini-3-pro',
      provider: 'google',
      session: 's1',
      usage: { input: 705, cacheRead: 300, output: 100 },
    },
  ])
  const whole = { sessionId: 's1', messages: [{ type: 'user', id: 'm0' }, ANSWER] }
  expect(GEMINI_CLI_FILES.read(whole, { stem: 'session-x' })).toEqual({ records, unreadable: 0 })
  const later = GEMINI_CLI.open({ stem: 'session-x' }, log.state())
  expect(later.read(ANSWER)).toEqual(records)
})

test.each<readonly [string, JsonObject]>([
  ['a question', { ...ANSWER, type: 'user' }],
  ['an answer that is yet to be counted', { ...ANSWER, tokens: null }],
  ['an answer without a token', { ...ANSWER, tokens: { input: 0, output: 0 } }],
])('gemini-cli: %s is no answer', (_name, message) => {
  expect(GEMINI_CLI.open({ stem: 's' }, null).read(message)).toEqual([])
})

test.each<readonly [string, JsonObject]>([
  ['more cached than sent', { ...ANSWER, tokens: { input: 1, output: 1, cached: 300 } }],
  ['no count of the output', { ...ANSWER, tokens: { input: 1 } }],
  ['no time', { ...ANSWER, timestamp: null }],
])('gemini-cli: an answer with %s makes no sense, in a line as in a file', (_name, message) => {
  expect(GEMINI_CLI.open({ stem: 's' }, null).read(message)).toBeNull()
  const { records, unreadable } = GEMINI_CLI_FILES.read(
    { messages: [message, ANSWER] },
    { stem: 's' },
  )
  expect([records.map(({ id }) => id), unreadable]).toEqual([['s m1'], 1])
})

const SESSION = {
  id: '20260929_1',
  working_dir: '/home/me/app',
  updated_at: '2026-09-29 10:00:00',
  accumulated_input_tokens: 1200,
  accumulated_output_tokens: 300,
  provider_name: 'ollama',
  model_config_json: '{"model_name":"llama3.2"}',
} satisfies JsonObject

/** Reads on from where the one before stopped. */
function goose(before = GOOSE.open({})) {
  return GOOSE.open(JSON.parse(JSON.stringify(before.state())))
}

test('goose: what a session has used so far is one sum', () => {
  expect(goose().read(SESSION)).toMatchObject([
    {
      id: '20260929_1 1200/300',
      session: '20260929_1',
      atMs: Date.UTC(2026, 8, 29, 10),
      provider: 'ollama',
      model: 'llama3.2',
      project: '/home/me/app',
      usage: { input: 1200, output: 300 },
      terms: { summed: true },
    },
  ])
  expect(goose().read({ ...SESSION, model_config_json: '{' })).toMatchObject([{ model: null }])
})

test.each<readonly [string, JsonObject]>([
  ['has no answer yet', { accumulated_input_tokens: null, accumulated_output_tokens: null }],
  ['has used nothing', { accumulated_input_tokens: 0, accumulated_output_tokens: 0 }],
])('goose: a session that %s is no record', (_name, change) => {
  expect(goose().read({ ...SESSION, ...change })).toEqual([])
})

test.each<readonly [string, JsonObject]>([
  ['a negative sum', { accumulated_input_tokens: -5 }],
  ['one sum of two', { accumulated_output_tokens: null }],
  ['no time', { updated_at: '' }],
])('goose: a session with %s makes no sense', (_name, change) => {
  expect(goose().read({ ...SESSION, ...change })).toBeNull()
})

const LATER = {
  ...SESSION,
  updated_at: '2026-10-20 08:00:00',
  accumulated_input_tokens: 1900,
  accumulated_output_tokens: 350,
  provider_name: 'anthropic',
  model_config_json: '{"model_name":"claude-opus-4-5"}',
} satisfies JsonObject

test('goose: later a session is what was added, at its time and on its model', () => {
  const first = goose()
  first.read(SESSION)
  const second = goose(first)
  expect(second.read(SESSION)).toEqual([])
  expect(second.read(LATER)).toMatchObject([
    {
      id: '20260929_1 1900/350',
      atMs: Date.UTC(2026, 9, 20, 8),
      provider: 'anthropic',
      model: 'claude-opus-4-5',
      usage: { input: 700, output: 50 },
    },
  ])
  expect(goose(second).read(LATER)).toEqual([])
})

test('goose: a sum that has become smaller was begun anew', () => {
  const log = goose()
  log.read(LATER)
  expect(log.read(SESSION)).toMatchObject([{ usage: { input: 1200, output: 300 } }])
})

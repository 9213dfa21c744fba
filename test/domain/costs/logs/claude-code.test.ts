import { expect, test } from 'vitest'
import { NO_USAGE } from '../../../../src/domain/costs/counts.ts'
import { CLAUDE_CODE } from '../../../../src/domain/costs/logs/claude-code.ts'
import { foundIn } from '../../../../src/domain/costs/logs/format.ts'
import { better, withoutCopies, type LogRecord } from '../../../../src/domain/costs/logs/record.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'

const USAGE = {
  input_tokens: 25,
  cache_creation_input_tokens: 700,
  cache_read_input_tokens: 4000,
  output_tokens: 5,
  output_tokens_details: { thinking_tokens: 0 },
  server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
  service_tier: 'standard',
  cache_creation: { ephemeral_1h_input_tokens: 600, ephemeral_5m_input_tokens: 100 },
  inference_geo: '',
  iterations: [],
  speed: 'standard',
  fallback_credit: null,
} satisfies JsonObject

interface Parts {
  readonly line?: JsonObject
  readonly message?: JsonObject
  readonly usage?: JsonObject
}

const ID = 'msg_01AbCdEfGhIjKlMnOpQrStUv'

/** As Claude Code 2.1.330 wrote it. */
function line({ line: own, message, usage }: Parts = {}): JsonObject {
  return {
    parentUuid: '48aaf912-f3e2-4f18-b45a-1fd5fd8904ad',
    isSidechain: false,
    message: {
      id: ID,
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [{ type: 'text', text: 'hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { ...USAGE, ...usage },
      stop_details: null,
      ...message,
    },
    apiBlockIndex: 0,
    requestId: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    requestedModel: 'claude-opus-5-5',
    promptCacheRequested: '5m',
    type: 'assistant',
    uuid: 'e2cae458-382d-411e-acdc-e7d8f7e5281f',
    timestamp: '2026-11-22T19:47:56.825Z',
    effort: 'medium',
    entrypoint: 'sdk-cli',
    cwd: '/home/me/project',
    sessionId: '7c3b6164-359e-4a3a-aa29-0d90a7fe55b3',
    version: '2.1.330',
    gitBranch: 'HEAD',
    ...own,
  }
}

function read(...lines: readonly JsonObject[]): readonly LogRecord[] {
  const log = CLAUDE_CODE.open({ stem: 's' }, null)
  return foundIn(lines.map((each) => log.read(each))).records
}

function one(parts: Parts): LogRecord {
  const [record, ...more] = read(line(parts))
  if (record === undefined || more.length > 0) throw new Error(`${1 + more.length} records`)
  return record
}

test('an answer is read with its five classes of tokens', () => {
  expect(one({})).toEqual({
    agent: 'claude-code',
    id: ID,
    answerId: ID,
    requestId: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    atMs: Date.UTC(2026, 10, 22, 19, 47, 56, 825),
    provider: null,
    model: 'claude-opus-5-5',
    project: '/home/me/project',
    session: '7c3b6164-359e-4a3a-aa29-0d90a7fe55b3',
    isSidechain: false,
    usage: {
      input: 25,
      cacheRead: 4000,
      cacheWrite5m: 100,
      cacheWrite1h: 600,
      output: 5,
      webSearches: 0,
      webFetches: 0,
    },
    terms: { tier: 'standard', usOnly: false, summed: false },
    billing: 'unknown',
  })
})

test.each<readonly [string, JsonObject, readonly [number, number]]>([
  ['no breakdown: for 5 minutes', { cache_creation: null }, [700, 0]],
  [
    'what the breakdown leaves out: for 5 minutes',
    { cache_creation_input_tokens: 900 },
    [300, 600],
  ],
  ['a breakdown without the sum', { cache_creation_input_tokens: 0 }, [100, 600]],
])('cache writes, %s', (_name, usage, [cacheWrite5m, cacheWrite1h]) => {
  expect(one({ usage }).usage).toMatchObject({ cacheWrite5m, cacheWrite1h })
})

test.each<readonly [JsonObject, string, boolean]>([
  [{ speed: 'fast' }, 'fast', false],
  [{ service_tier: 'batch' }, 'batch', false],
  [{ service_tier: 'priority' }, 'other', false],
  [{ service_tier: 'batch', speed: 'fast' }, 'other', false],
  [{ service_tier: null, inference_geo: 'us' }, 'standard', true],
  [{ inference_geo: 'global' }, 'standard', false],
])('%j is served on the terms %s, only in the US: %s', (usage, tier, usOnly) => {
  expect(one({ usage }).terms).toEqual({ tier, usOnly, summed: false })
})

test('what is not said of cache and tools is none', () => {
  const usage = { input_tokens: 25, output_tokens: 5, cache_read_input_tokens: null }
  expect(one({ message: { usage } }).usage).toEqual({ ...NO_USAGE, input: 25, output: 5 })
})

test('tool calls of the provider are counted', () => {
  const usage = { server_tool_use: { web_search_requests: 3, web_fetch_requests: 2 } }
  expect(one({ usage }).usage).toMatchObject({ webSearches: 3, webFetches: 2 })
})

test('an answer of three content blocks is one answer', () => {
  const blocks = ['19:47:56.825Z', '19:47:57.001Z', '19:47:58.900Z'].map((time, apiBlockIndex) =>
    line({ line: { apiBlockIndex, timestamp: `2026-11-22T${time}`, uuid: `u${apiBlockIndex}` } }),
  )
  expect(withoutCopies(read(...blocks))).toEqual([one({})])
})

test('of an answer logged while it grew, the last state counts, in any order', () => {
  const early = one({ usage: { output_tokens: 1 } })
  const late = one({ usage: { output_tokens: 900 } })
  expect([better(early, late), better(late, early)]).toEqual([late, late])
})

test('a side branch repeats answers under other request ids; the conversation itself counts', () => {
  const copy = { isSidechain: true, requestId: 'req_other', sessionId: 'other' }
  const records = read(line({ line: copy }), line(), line({ line: copy }))
  expect(withoutCopies(records)).toEqual([one({})])
})

test.each<readonly [string, JsonObject, JsonObject]>([
  ['is larger, in a side branch', { output_tokens: 1 }, { output_tokens: 500 }],
  ['knows of searches', {}, { server_tool_use: { web_search_requests: 3 } }],
  ['knows of the cache’s kinds', { cache_creation: null }, {}],
])('of copies the one that %s counts, in any order', (_name, less, more) => {
  const main = one({ usage: less })
  const branch = one({ usage: more, line: { isSidechain: true } })
  expect([better(main, branch), better(branch, main)]).toEqual([branch, branch])
})

test('an answer of a side branch counts', () => {
  const own = line({ line: { isSidechain: true }, message: { id: `${ID}2` } })
  expect(withoutCopies(read(line(), own))).toHaveLength(2)
})

test('a resumed session repeats the answers of the one before it', () => {
  const copy = line({ line: { sessionId: 'resumed', timestamp: '2026-11-23T00:00:00Z' } })
  expect(withoutCopies(read(line(), copy))).toEqual([one({})])
})

// A gateway may give each of its answers the same short id.
test.each<readonly [string, JsonObject, JsonObject, number]>([
  ['two requests', { requestId: 'a' }, { requestId: 'b' }, 2],
  ['two lines of one request', { requestId: 'a' }, { requestId: 'a' }, 1],
  ['two requests by reference', { requestRef: 'a' }, { requestRef: 'b' }, 2],
  ['two sessions', { requestId: 'a' }, { requestId: 'a', sessionId: 'x' }, 2],
])('under one short id, %s', (_name, first, second, count) => {
  const lines = [first, second].map((own) =>
    line({ line: { requestId: null, ...own }, message: { id: 'msg_1' } }),
  )
  expect(withoutCopies(read(...lines))).toHaveLength(count)
})

test('with nothing to tell two answers apart but their tokens, these do', () => {
  const answer = (usage: JsonObject) =>
    line({ line: { requestId: null }, message: { id: 'msg_1' }, usage })
  const lines = [answer({}), answer({}), answer({ output_tokens: 6 })]
  expect(withoutCopies(read(...lines))).toHaveLength(2)
})

test('an answer without an id has that of its line', () => {
  const id = 'e2cae458-382d-411e-acdc-e7d8f7e5281f'
  expect(one({ message: { id: null } })).toMatchObject({ id, answerId: null })
})

test('a short id is no proof of which answer it is', () => {
  expect(one({ message: { id: 'msg_1' } }).answerId).toBeNull()
})

test('what the request does within it is counted: compaction, and another model’s advice', () => {
  const iterations = [
    { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
    { type: 'message', input_tokens: 25, output_tokens: 5 },
    { type: 'advisor_message', model: 'claude-fable-5-2', input_tokens: 900, output_tokens: 80 },
  ]
  const records = read(line({ usage: { iterations } }))
  expect(records.map(({ id, model, usage }) => [id, model, usage.input, usage.output])).toEqual([
    [ID, 'claude-opus-5-5', 25, 5],
    [`${ID} 0`, 'claude-opus-5-5', 180_000, 3500],
    [`${ID} 2`, 'claude-fable-5-2', 900, 80],
  ])
  expect(records.map(({ answerId }) => answerId)).toEqual([ID, `${ID} 0`, `${ID} 2`])
})

test.each<readonly [string, JsonObject]>([
  ['a person’s line', { type: 'user', toolUseResult: { usage: { input_tokens: 9 } } }],
  ['progress', { type: 'progress', data: { message: line() } }],
  ['a made-up answer', line({ message: { model: '<synthetic>' } })],
  ['an error', line({ line: { isApiErrorMessage: true } })],
  ['an answer without tokens', line({ message: { usage: { input_tokens: 0, output_tokens: 0 } } })],
])('%s is no answer', (_name, given) => {
  expect(CLAUDE_CODE.open({ stem: 's' }, null).read(given)).toEqual([])
})

test.each<readonly [string, JsonObject]>([
  ['no type', { message: line() }],
  ['no usage', line({ message: { usage: null } })],
  ['no time', line({ line: { timestamp: 'soon' } })],
  ['no id', line({ line: { uuid: null }, message: { id: null } })],
  ['negative tokens', line({ usage: { input_tokens: -5 } })],
  ['no count of the input', line({ usage: { input_tokens: null } })],
  ['no count of the output', line({ message: { usage: { input_tokens: 9 } } })],
  ['half a token', line({ usage: { output_tokens: 1.5 } })],
  ['tokens as text', line({ usage: { output_tokens: '5' } })],
  ['absurd tokens', line({ usage: { cache_read_input_tokens: 1e18 } })],
])('an answer makes no sense with %s', (_name, given) => {
  expect(CLAUDE_CODE.open({ stem: 's' }, null).read(given)).toBeNull()
})

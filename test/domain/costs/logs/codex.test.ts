import { expect, test } from 'vitest'
import { CODEX } from '../../../../src/domain/costs/logs/codex.ts'
import { foundIn } from '../../../../src/domain/costs/logs/format.ts'
import { withoutCopies, type LogRecord } from '../../../../src/domain/costs/logs/record.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'

type Tokens = readonly [input: number, cached: number, written: number, output: number]

const START = Date.UTC(2026, 10, 23, 0, 56, 26)

function at(ms: number): string {
  return new Date(START + ms).toISOString()
}

function tokens([input, cached, written, output]: Tokens): JsonObject {
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    cache_write_input_tokens: written,
    output_tokens: output,
    reasoning_output_tokens: 3,
    total_tokens: input + output,
  }
}

// The lines as Codex 0.169 writes them, without what is not read.
function meta(payload: JsonObject = {}, ms = 0): JsonObject {
  const own = { id: 'thread-1', session_id: 'session-1', cwd: '/home/me/project' }
  return {
    timestamp: at(ms),
    type: 'session_meta',
    payload: { ...own, model_provider: 'openai', ...payload },
  }
}

function turn(model: string): JsonObject {
  return { timestamp: at(1), type: 'turn_context', payload: { model, cwd: '/home/me/project' } }
}

function settings(change: JsonObject): JsonObject {
  const payload = { type: 'thread_settings_applied', thread_settings: change }
  return { timestamp: at(1), type: 'event_msg', payload }
}

function usageRecord(id: string, used: Tokens, ms: number, thread = 'thread-1'): JsonObject {
  const payload = { thread_id: thread, response_id: id, usage: tokens(used) }
  return { timestamp: at(ms), type: 'token_usage_record', payload }
}

interface Count {
  readonly total?: Tokens
  readonly last?: Tokens
  readonly limits?: JsonObject | null
}

const API_LIMITS = { limit_id: 'codex', primary: null, plan_type: null }

function count({ total, last, limits = API_LIMITS }: Count, ms: number): JsonObject {
  const info = {
    ...(total === undefined ? {} : { total_token_usage: tokens(total) }),
    ...(last === undefined ? {} : { last_token_usage: tokens(last) }),
  }
  const payload = { type: 'token_count', info, rate_limits: limits }
  return { timestamp: at(ms), type: 'event_msg', payload }
}

function read(lines: readonly JsonObject[], kept: JsonObject | null = null): LogRecord[] {
  const log = CODEX.open({ stem: 'rollout' }, kept)
  return [...withoutCopies(foundIn(lines.map((line) => log.read(line))).records)]
}

/** Input, cache read, cache write, output of each. */
function used(records: readonly LogRecord[]): number[][] {
  return records.map(({ usage }) => [
    usage.input,
    usage.cacheRead,
    usage.cacheWrite5m,
    usage.output,
  ])
}

const NEW = [
  meta(),
  turn('gpt-5.6-sol'),
  usageRecord('resp_1', [1000, 400, 100, 11], 10),
  count({ total: [1000, 400, 100, 11], last: [1000, 400, 100, 11] }, 11),
  usageRecord('resp_2', [2000, 800, 100, 12], 20),
  count({ total: [3000, 1200, 200, 23], last: [2000, 800, 100, 12] }, 21),
]

test('an answer is read with the id of its response, the input without the cache', () => {
  expect(read(NEW)[0]).toEqual({
    agent: 'codex',
    id: 'resp_1',
    answerId: 'resp_1',
    requestId: null,
    atMs: START + 10,
    provider: 'openai',
    model: 'gpt-5.6-sol',
    project: '/home/me/project',
    session: 'session-1',
    isSidechain: false,
    usage: {
      input: 500,
      cacheRead: 400,
      cacheWrite5m: 100,
      cacheWrite1h: 0,
      output: 11,
      webSearches: 0,
      webFetches: 0,
    },
    terms: { tier: 'standard', usOnly: false, summed: false },
    billing: 'api',
  })
})

test('a record and the count after it are one answer', () => {
  expect(used(read(NEW))).toEqual([
    [500, 400, 100, 11],
    [1100, 800, 100, 12],
  ])
})

test('counts alone, as in older versions: the total is no answer, nor is it when repeated', () => {
  const lines = [
    meta(),
    turn('gpt-5'),
    count({ total: [1000, 400, 0, 10], last: [1000, 400, 0, 10] }, 10),
    count({ total: [1000, 400, 0, 10], last: [1000, 400, 0, 10] }, 500),
    count({ total: [3000, 1200, 0, 30], last: [2000, 800, 0, 20] }, 900),
  ]
  expect(used(read(lines))).toEqual([
    [600, 400, 0, 10],
    [1200, 800, 0, 20],
  ])
})

test('totals alone are subtracted; a smaller one was begun anew', () => {
  const lines = [
    meta(),
    turn('gpt-5'),
    count({ total: [1000, 400, 0, 10] }, 10),
    count({ total: [3000, 1200, 0, 30] }, 20),
    count({ total: [50, 0, 0, 5] }, 30),
  ]
  expect(used(read(lines))).toEqual([
    [600, 400, 0, 10],
    [1200, 800, 0, 20],
    [50, 0, 0, 5],
  ])
})

test('two answers with the same tokens are two', () => {
  const lines = [
    meta(),
    turn('gpt-5'),
    count({ total: [10, 0, 0, 1], last: [10, 0, 0, 1] }, 10),
    count({ total: [20, 0, 0, 2], last: [10, 0, 0, 1] }, 20),
  ]
  expect(read(lines)).toHaveLength(2)
  const recorded = ['resp_a', 'resp_b'].map((id, i) => usageRecord(id, [10, 0, 0, 1], i))
  expect(read([meta(), ...recorded])).toHaveLength(2)
})

// Seen in 0.169: the branch's file has its own answers only, its totals go on from the parent's.
test('a branch does not bring its parent’s total', () => {
  const lines = [
    meta({ id: 'thread-2', forked_from_id: 'thread-1' }, 25_000),
    turn('gpt-5.6-sol'),
    usageRecord('resp_3', [3000, 1200, 100, 13], 25_100, 'thread-2'),
    count({ total: [6000, 2400, 300, 36], last: [3000, 1200, 100, 13] }, 25_101),
    count({ total: [6000, 2400, 300, 36], last: [3000, 1200, 100, 13] }, 25_200),
  ]
  expect(used(read(lines))).toEqual([[1700, 1200, 100, 13]])
})

test('the call that shortens the conversation is counted once', () => {
  const lines = [
    ...NEW,
    usageRecord('resp_3', [4000, 1600, 100, 14], 30),
    count({ total: [7000, 2800, 300, 37], last: [4000, 1600, 100, 14] }, 31),
    { timestamp: at(32), type: 'compacted', payload: { compaction_response_id: 'resp_3' } },
    count({ total: [7000, 2800, 300, 37], last: [0, 0, 0, 0] }, 33),
  ]
  expect(used(read(lines)).at(-1)).toEqual([2300, 1600, 100, 14])
  expect(read(lines)).toHaveLength(3)
})

test.each<readonly [string, JsonObject]>([
  ['a branch', { id: 'thread-2', forked_from_id: 'thread-1' }],
  [
    'a sub-agent',
    {
      id: 'thread-2',
      source: { subagent: { thread_spawn: { parent_thread_id: 'thread-1', depth: 1 } } },
    },
  ],
])('the history that %s begins with is its parent’s, at whatever pace it was copied', (_n, own) => {
  const lines = [
    meta(own, 60_000),
    meta({}, 60_001),
    turn('gpt-5'),
    count({ total: [1000, 400, 0, 10], last: [1000, 400, 0, 10] }, 60_002),
    count({ total: [3000, 1200, 0, 30], last: [2000, 800, 0, 20] }, 60_900),
    count({ total: [3500, 1200, 0, 40], last: [500, 0, 0, 10] }, 61_700),
    count({ total: [9500, 4200, 0, 50], last: [6000, 3000, 0, 10] }, 68_000),
    count({ total: [9510, 4200, 0, 51], last: [10, 0, 0, 1] }, 68_100),
  ]
  expect(used(read(lines))).toEqual([
    [3000, 3000, 0, 10],
    [10, 0, 0, 1],
  ])
})

test('a copied record has its id, and stays with its own conversation', () => {
  const copy = [
    meta({ id: 'thread-2', session_id: 'session-2', forked_from_id: 'thread-1' }),
    turn('gpt-5.6-sol'),
    usageRecord('resp_1', [1000, 400, 100, 11], 10, 'thread-1'),
  ]
  const records = withoutCopies([...read(copy), ...read(NEW)])
  expect(records).toHaveLength(2)
  expect(records.map(({ session }) => session)).toEqual(['session-1', 'session-1'])
})

test('a whole copy of a log, such as an archived one, adds nothing', () => {
  const old = [meta(), turn('gpt-5'), count({ total: [9, 0, 0, 1], last: [9, 0, 0, 1] }, 10)]
  expect(withoutCopies([...read(old), ...read(old)])).toHaveLength(1)
})

test.each<readonly [string, JsonObject | null, string]>([
  ['a plan', { ...API_LIMITS, plan_type: 'plus' }, 'included'],
  ['limits of a plan', { primary: { used_percent: 12 }, plan_type: null }, 'included'],
  ['no plan', API_LIMITS, 'api'],
  ['no limits', null, 'api'],
])('with %s an answer is paid as: %s', (_name, limits, billing) => {
  const last: Tokens = [10, 0, 0, 1]
  const old = [meta(), count({ total: last, last, limits }, 10)]
  const recorded = [meta(), usageRecord('r', last, 9), count({ total: last, last, limits }, 10)]
  expect(read(old).map((record) => record.billing)).toEqual([billing])
  expect(read(recorded).map((record) => record.billing)).toEqual([billing])
})

test('an answer on a faster tier has other terms, from the setting on', () => {
  const lines = [
    meta(),
    usageRecord('a', [10, 0, 0, 1], 10),
    settings({ model: 'gpt-6-sol', service_tier: 'priority' }),
    usageRecord('b', [10, 0, 0, 1], 20),
    settings({ model: 'gpt-6-luna' }),
    usageRecord('c', [10, 0, 0, 1], 30),
    settings({ service_tier: 'default' }),
    usageRecord('d', [10, 0, 0, 1], 40),
  ]
  expect(read(lines).map(({ model, terms }) => [model, terms.tier])).toEqual([
    [null, 'standard'],
    ['gpt-6-sol', 'other'],
    ['gpt-6-luna', 'other'],
    ['gpt-6-luna', 'standard'],
  ])
})

test('reading goes on where it stopped, after any line', () => {
  const branch = [
    meta({ forked_from_id: 'thread-0' }),
    turn('gpt-5'),
    count({ total: [1000, 400, 0, 10], last: [1000, 400, 0, 10] }, 100),
    count({ total: [2000, 800, 0, 20], last: [1000, 400, 0, 10] }, 9000),
    usageRecord('resp_9', [5, 0, 0, 1], 9500),
    count({ total: [2005, 800, 0, 21], last: [5, 0, 0, 1] }, 9501),
  ]
  for (const lines of [NEW, branch]) {
    const whole = read(lines)
    for (let stop = 0; stop <= lines.length; stop++) {
      const first = CODEX.open({ stem: 'rollout' }, null)
      const before = foundIn(lines.slice(0, stop).map((line) => first.read(line))).records
      const kept: JsonObject = JSON.parse(JSON.stringify(first.state()))
      const after = read(lines.slice(stop), kept)
      expect(withoutCopies([...before, ...after])).toEqual(whole)
    }
  }
})

test.each<readonly [string, JsonObject]>([
  ['a record without an id', { type: 'token_usage_record', timestamp: at(1), payload: {} }],
  ['more cached than sent', usageRecord('r', [10, 20, 0, 1], 1)],
  ['a negative count', count({ last: [-1, 0, 0, 1] }, 1)],
  [
    'no count of the output',
    {
      ...usageRecord('r', [10, 0, 0, 1], 1),
      payload: { response_id: 'r', usage: { ...tokens([10, 0, 0, 1]), output_tokens: null } },
    },
  ],
  ['a count without a time', { ...count({ last: [1, 0, 0, 1] }, 1), timestamp: null }],
])('%s makes no sense', (_name, line) => {
  expect(CODEX.open({ stem: 'rollout' }, null).read(line)).toBeNull()
})

test.each<readonly [string, JsonObject]>([
  ['an item', { type: 'response_item', payload: { type: 'message' } }],
  ['limits alone', { type: 'event_msg', payload: { type: 'token_count', info: null } }],
  ['a task', { type: 'event_msg', payload: { type: 'task_started' } }],
])('%s is no answer', (_name, line) => {
  expect(CODEX.open({ stem: 'rollout' }, null).read(line)).toEqual([])
})

import { expect, test } from 'vitest'
import { costOf } from '../../../src/domain/costs/attempt-cost.ts'
import { NO_USAGE } from '../../../src/domain/costs/counts.ts'
import { STANDARD } from '../../../src/domain/costs/terms.ts'
import type { Usage } from '../../../src/domain/costs/usage.ts'
import { createCatalogue, exactModel } from '../../../src/domain/models/catalogue.ts'
import type { Model } from '../../../src/domain/models/model.ts'
import { tokenizerOf } from '../../../src/domain/models/tokenizer.ts'
import type { Moved } from '../../../src/domain/ledger/ledger.ts'
import { savings } from '../../../src/domain/reports/saved.ts'
import {
  whatIf,
  withRulesOf,
  type ServedRequest,
  type WhatIf,
} from '../../../src/domain/reports/what-if.ts'
import { whatIfReport } from '../../../src/domain/reports/what-if-report.ts'

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })
const AT = Date.UTC(2026, 10, 22)

function modelOf(id: string): Model | null {
  return exactModel(catalogue, id)?.model ?? null
}

function requireModel(id: string): Model {
  const model = modelOf(id)
  if (model === null) throw new Error(id)
  return model
}

function costOn(id: string, usage: Usage, atMs = AT): bigint {
  const cost = costOf(modelOf(id), { modelId: id, usage, atMs, terms: STANDARD })
  if ('unknown' in cost) throw new Error(cost.unknown)
  return cost.picoUsd
}

function served(model: string, usage: Partial<Usage>, change: Partial<ServedRequest> = {}) {
  const whole = { ...NO_USAGE, ...usage }
  const at = change.startedAtMs ?? AT
  return {
    model,
    kind: 'api' as const,
    startedAtMs: at,
    usage: whole,
    picoUsd: costOn(model, whole, at),
    summed: false,
    ...change,
  }
}

function compare(target: string, ...requests: readonly ServedRequest[]): WhatIf {
  const counter = whatIf(requireModel(target), modelOf)
  for (const request of requests) counter.add(request)
  return counter.result()
}

test('each request is priced in its own band, not all of them in one', () => {
  const short = served('claude-sonnet-5-5', { input: 60_000, output: 1000 })
  const long = served('claude-sonnet-5-5', { input: 120_000, output: 1000 })
  const { paid } = compare('claude-haiku-5-5', short, short, long)
  expect(paid).toEqual({
    requests: 3,
    // 60k and 1k at 2 and 10 a million, twice, and 120k and 1k.
    picoUsd: 2n * 130_000_000_000n + 250_000_000_000n,
    therePicoUsd: 2n * 6_500_000_000n + 62_500_000_000n,
  })
})

test('and at the price of its day', () => {
  const usage = { cacheRead: 1000 }
  const days = ['2026-10-06', '2026-10-07'].map((day) => Date.parse(`${day}T12:00:00Z`))
  const requests = days.map((startedAtMs) => served('claude-opus-5', usage, { startedAtMs }))
  const { paid } = compare('claude-sonnet-5-5', ...requests)
  expect(paid.therePicoUsd).toBe(200_000_000n + 100_000_000n)
})

test.each<readonly [string, Partial<Usage>, Partial<Usage>]>([
  // No cache at all.
  ['gpt-4-turbo', { cacheRead: 5, cacheWrite5m: 6, cacheWrite1h: 7 }, { input: 18 }],
  // Reads have a price; writes are plain input.
  ['gpt-5', { cacheRead: 5, cacheWrite5m: 6, cacheWrite1h: 7 }, { input: 13, cacheRead: 5 }],
  // One kind of write.
  ['gpt-6-sol', { cacheRead: 5, cacheWrite1h: 7 }, { cacheRead: 5, cacheWrite5m: 7 }],
  ['claude-opus-5', { cacheRead: 5, cacheWrite1h: 7 }, { cacheRead: 5, cacheWrite1h: 7 }],
  ['llama3.2', { cacheRead: 5, cacheWrite1h: 7 }, { cacheRead: 5, cacheWrite1h: 7 }],
])('by the cache rules of %s, %j is %j', (id, usage, expected) => {
  const there = withRulesOf(requireModel(id), { ...NO_USAGE, ...usage }, AT)
  expect(there).toEqual({ ...NO_USAGE, ...expected })
})

test('the cache rules are those of the day', () => {
  const on = (day: string) =>
    withRulesOf(requireModel('o3'), { ...NO_USAGE, cacheRead: 5 }, Date.parse(day))
  expect(on('2025-06-09')).toMatchObject({ input: 5, cacheRead: 0 })
  expect(on('2025-06-10')).toMatchObject({ input: 0, cacheRead: 5 })
})

test('what cannot be compared is counted by its reason, and in no sum', () => {
  const result = compare(
    'gpt-4o',
    served('claude-sonnet-5-5', { input: 10 }),
    served('claude-sonnet-5-5', { input: 10, webSearches: 1 }),
    served('claude-sonnet-5-5', { input: 100_000, cacheRead: 28_001 }),
    served('claude-sonnet-5-5', { input: 10 }, { picoUsd: null }),
    served('claude-sonnet-5-5', { input: 10 }, { usage: null }),
  )
  expect(result).toMatchObject({
    requests: 5,
    paid: { requests: 1 },
    tooLong: 1,
    unpriced: 1,
    unmetered: 1,
    unknown: new Map([['price of tool calls of gpt-4o', 1]]),
  })
})

test('a sum of several requests is in no band, and too long for no window', () => {
  const sum = served('llama3.2', { input: 5_000_000 }, { summed: true })
  expect(compare('claude-sonnet-5-5', sum)).toMatchObject({
    paid: { requests: 0 },
    tooLong: 0,
    unknown: new Map([['size of each request of claude-sonnet-5-5', 1]]),
  })
  expect(compare('qwen3:0.6b', sum).paid.requests).toBe(1)
})

test('what a subscription paid is compared apart', () => {
  const request = served('claude-opus-5', { input: 1000 })
  const { paid, included } = compare('claude-sonnet-5-5', request, { ...request, kind: 'included' })
  expect([paid.requests, included.requests]).toEqual([1, 1])
  expect(included.picoUsd - included.therePicoUsd).toBe(3_000_000_000n)
})

test('on the model that served them nothing is saved, whatever the terms that were paid', () => {
  const usage = { input: 1000, output: 10 }
  const list = costOn('claude-opus-5', { ...NO_USAGE, ...usage })
  for (const picoUsd of [list / 2n, list * 2n, (list * 11n) / 10n]) {
    const { paid } = compare('claude-opus-5', served('claude-opus-5', usage, { picoUsd }))
    expect(paid).toEqual({ requests: 1, picoUsd, therePicoUsd: picoUsd })
  }
  // By another of its ids, in a sum of a session, and in too long a prompt by the catalogue.
  const others = [
    served('gpt-5.6', usage, { picoUsd: 7n }),
    served('gpt-5.6-sol', usage, { picoUsd: 7n, summed: true }),
    served('gpt-5.6-sol', { input: 2_000_000 }, { picoUsd: 7n }),
  ]
  expect(compare('gpt-5.6-sol', ...others)).toMatchObject({
    paid: { requests: 3, picoUsd: 21n, therePicoUsd: 21n },
    tooLong: 0,
    unknown: new Map(),
  })
  const [unknown, unmetered] = [{ picoUsd: null }, { usage: null }]
  const rest = [unknown, unmetered].map((change) => served('claude-opus-5', usage, change))
  const same = compare('claude-opus-5', ...rest)
  expect(same).toMatchObject({ paid: { requests: 0 }, unpriced: 1, unmetered: 1 })
})

test.each<readonly [string, string, Partial<Usage>, Partial<WhatIf>]>([
  ['claude-opus-5', 'claude-sonnet-5-5', { cacheRead: 9 }, {}],
  ['claude-sonnet-4-6', 'claude-sonnet-5-5', { input: 9 }, { otherTokenizer: 1 }],
  ['claude-opus-5', 'gpt-6-sol', { cacheRead: 9 }, { otherTokenizer: 1, otherCache: 1 }],
  ['claude-opus-5', 'gpt-6-sol', { input: 9 }, { otherTokenizer: 1 }],
  ['gpt-5', 'gpt-4-turbo', { cacheRead: 9 }, { otherTokenizer: 1, withoutCache: 1 }],
  ['claude-opus-5', 'claude-opus-5', { cacheWrite1h: 9 }, {}],
  ['llama3.2', 'qwen3:8b', { input: 9 }, { otherTokenizer: 1 }],
])('of %s on %s with %j is said: %j', (from, to, usage, expected) => {
  const said = { otherTokenizer: 0, otherCache: 0, withoutCache: 0, ...expected }
  expect(compare(to, served(from, usage))).toMatchObject(said)
})

test.each([
  ['claude-opus-4-6', 'claude-3-haiku-20240307', true],
  ['claude-opus-4-6', 'claude-opus-4-7', false],
  ['claude-fable-5-2', 'claude-haiku-5-5', true],
  ['gpt-4-turbo', 'gpt-3.5-turbo', true],
  ['gpt-4-turbo', 'gpt-4o', false],
  ['gpt-4.1', 'gpt-5.6-sol', true],
  ['gpt-6-sol', 'gpt-6.1-terra', true],
  ['gpt-5', 'gpt-6-sol', false],
])('%s and %s count the same tokens: %s', (a, b, same) => {
  expect(tokenizerOf(requireModel(a)) === tokenizerOf(requireModel(b))).toBe(same)
})

test('the JSON names what is left out, money in exact decimal strings', () => {
  const request = served('claude-opus-5', { input: 1000 })
  const tool = served('claude-opus-5', { input: 1, webSearches: 1 })
  const period = { sinceMs: AT, untilMs: AT + 1 }
  expect(
    whatIfReport([compare('gpt-6-sol', request, tool)], {
      period,
      refreshDate: null,
      behind: true,
    }),
  ).toEqual({
    catalogueDate: '2026-11-22',
    refreshDate: null,
    behind: true,
    since: '2026-11-22T00:00:00.000Z',
    until: '2026-11-22T00:00:00.001Z',
    models: [
      {
        model: 'gpt-6-sol',
        requests: 2,
        paid: { requests: 1, usd: '0.005', thereUsd: '0.002', savedUsd: '0.003' },
        included: { requests: 0, usd: '0.00', thereUsd: '0.00', savedUsd: '0.00' },
        leftOut: {
          unmetered: 0,
          unpriced: 0,
          tooLong: 0,
          unknown: [{ what: 'price of tool calls of gpt-6-sol', requests: 1 }],
        },
        uncertain: { otherTokenizer: 1, otherCache: 0, withoutCache: 0 },
      },
    ],
  })
})

test('what was saved is the price where it was to go first, less what it did cost', () => {
  const usage = { ...NO_USAGE, input: 1000 }
  const moved = (change: Partial<Moved>): Moved => ({
    movedBy: 'failover',
    modelAsked: 'claude-opus-5',
    dayMs: AT,
    requests: 1,
    promptTokens: 1000,
    usage,
    picoUsd: 0n,
    ...change,
  })
  const answers = [
    moved({}),
    moved({ picoUsd: 5_500_000_000n }),
    moved({ movedBy: 'limit', picoUsd: 1_000_000_000n }),
    moved({ movedBy: 'limit', modelAsked: 'no-such-model' }),
    moved({ movedBy: 'limit', usage: null, requests: 3 }),
    moved({ movedBy: 'limit', picoUsd: null }),
  ]
  const counter = savings({ modelOf })
  for (const answer of answers) counter.add(answer)
  expect(counter.result()).toEqual({
    failover: { picoUsd: 5_000_000_000n - 500_000_000n, requests: 2, unknown: 0 },
    limit: { picoUsd: 4_000_000_000n, requests: 6, unknown: 5 },
  })
})

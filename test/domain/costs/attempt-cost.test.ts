import fc from 'fast-check'
import { expect, test } from 'vitest'
import { costOf, type Attempt } from '../../../src/domain/costs/attempt-cost.ts'
import { STANDARD, type Terms } from '../../../src/domain/costs/terms.ts'
import type { Usage } from '../../../src/domain/costs/usage.ts'
import { createCatalogue, exactModel } from '../../../src/domain/models/catalogue.ts'
import type { Model, PriceBand } from '../../../src/domain/models/model.ts'
import { flat } from '../../../src/domain/models/row.ts'

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })

const NOTHING: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  webSearches: 0,
  webFetches: 0,
}

function modelOf(id: string): Model | null {
  return exactModel(catalogue, id)?.model ?? null
}

interface Case extends Partial<Usage> {
  readonly on?: string
  readonly terms?: Partial<Terms>
}

function attempt(modelId: string, { on = '2026-11-22', terms, ...usage }: Case): Attempt {
  return {
    modelId,
    usage: { ...NOTHING, ...usage },
    atMs: Date.parse(`${on}T12:00:00Z`),
    terms: { ...STANDARD, ...terms },
  }
}

/** Pico-dollars as dollars, exactly, or what is unknown. */
function cost(modelId: string, given: Case): string {
  const found = costOf(modelOf(modelId), attempt(modelId, given))
  return 'unknown' in found ? found.unknown : dollars(found.picoUsd)
}

function dollars(pico: bigint): string {
  const digits = pico.toString().padStart(13, '0')
  return `${digits.slice(0, -12)}.${digits.slice(-12).replace(/0{1,12}$/, '')}`.replace(/\.$/, '')
}

const M = 1_000_000

test.each<readonly [string, Case, string]>([
  ['claude-sonnet-5-5', { input: M }, '2'],
  ['claude-sonnet-5-5', { output: M }, '10'],
  ['claude-sonnet-5-5', { cacheWrite5m: M }, '2.5'],
  ['claude-sonnet-5-5', { cacheWrite1h: M }, '4'],
  ['claude-sonnet-5-5', { cacheRead: 1 }, '0.0000001'],
  ['gpt-6-luna', { input: 1, output: 1 }, '0.0000006'],
  ['llama3.2', { input: 12_345, output: 678 }, '0'],
  ['qwen3:8b', { input: 12_345, output: 678 }, '0'],
])('%s for %j costs $%s', (id, given, expected) => {
  expect(cost(id, given)).toBe(expected)
})

test.each<readonly [string, string, Case, string]>([
  [
    'a cache write is billed once, not as input too (LiteLLM 9812)',
    'claude-sonnet-4-6',
    { input: 10, cacheWrite5m: 14_000, output: 100 },
    '0.05403',
  ],
  [
    'a cache read has its own price (LiteLLM 11789)',
    'claude-haiku-4-5-20251001',
    { input: 5, cacheRead: 1_900, output: 20 },
    '0.000295',
  ],
  [
    'a 1-hour cache write costs twice the input, a 5-minute one 1.25 times (1589)',
    'claude-opus-5',
    { cacheWrite5m: 1000, cacheWrite1h: 1000 },
    '0.01625',
  ],
  ['the read multiplier is that of the model', 'claude-opus-5-5', { cacheRead: M }, '0.2'],
  ['and of another model', 'claude-fable-5-1', { cacheRead: M }, '0.25'],
])('%s', (_name, id, given, expected) => {
  expect(cost(id, given)).toBe(expected)
})

test.each<readonly [string, Case, string]>([
  ['claude-haiku-5-5', { input: 100_000, output: 1000 }, '0.0105'],
  ['claude-haiku-5-5', { input: 100_001, output: 1000 }, '0.0525005'],
  // Cache reads and writes count for the band.
  ['claude-haiku-5-5', { input: 1, cacheRead: 50_000, cacheWrite1h: 50_000 }, '0.0525005'],
  ['claude-haiku-5-5', { cacheRead: 50_000, cacheWrite5m: 50_000, output: 1 }, '0.0067505'],
  ['gpt-5.6-sol', { input: 271_999 }, '1.087996'],
  ['gpt-5.6-sol', { input: 272_000 }, '2.176'],
  ['gpt-6-sol', { input: 272_000 }, '0.544'],
  ['gpt-6-sol', { input: 272_001 }, '1.088004'],
])('the whole prompt decides the band of every token: %s for %j costs $%s', (id, given, usd) => {
  expect(cost(id, given)).toBe(usd)
})

test.each<readonly [string, string, string]>([
  ['claude-sonnet-5-5', '2026-10-06', '0.2'],
  ['claude-sonnet-5-5', '2026-10-07', '0.1'],
  ['gpt-5.6-terra', '2026-07-29', '0.25'],
  ['gpt-5.6-terra', '2026-07-30', '0.2'],
])('a cache read of %s on %s costs $%s a million', (id, on, usd) => {
  // Ten requests, so that no band is left.
  expect(cost(id, { on, cacheRead: 100_000 })).toBe(dollars(BigInt(Number(usd) * 1e11)))
})

test('the day of the price is the UTC day', () => {
  const at = (text: string) =>
    costOf(modelOf('claude-sonnet-5-5'), {
      ...attempt('claude-sonnet-5-5', { cacheRead: 10 }),
      atMs: Date.parse(text),
    })
  expect(at('2026-10-06T23:59:59.999Z')).toEqual({ picoUsd: 2_000_000n })
  expect(at('2026-10-07T00:00:00Z')).toEqual({ picoUsd: 1_000_000n })
})

test.each<readonly [string, Case, string]>([
  ['claude-opus-5', { input: M, terms: { tier: 'batch' } }, '2.5'],
  ['claude-opus-5', { input: M, output: M, terms: { tier: 'fast' } }, '60'],
  ['claude-opus-5', { cacheRead: M, terms: { tier: 'fast', usOnly: true } }, '1.1'],
  ['claude-opus-5', { input: M, terms: { usOnly: true } }, '5.5'],
  ['claude-sonnet-5-5', { cacheRead: 1, terms: { tier: 'batch' } }, '0.00000005'],
  ['claude-sonnet-5-5', { input: M, terms: { tier: 'fast' } }, 'fast price of claude-sonnet-5-5'],
  ['gpt-6-sol', { input: M, terms: { tier: 'other' } }, 'special tier price of gpt-6-sol'],
  ['gpt-6-sol', { input: M, terms: { usOnly: true } }, 'standard US-only price of gpt-6-sol'],
  ['llama3.2', { input: 10, terms: { summed: true } }, '0'],
  [
    'claude-opus-5',
    { input: 10, terms: { summed: true } },
    'size of each request of claude-opus-5',
  ],
  ['gpt-6-sol', { input: 10, terms: { summed: true } }, 'size of each request of gpt-6-sol'],
])('%s for %j costs $%s', (id, given, expected) => {
  expect(cost(id, given)).toBe(expected)
})

test.each<readonly [string, Case, string]>([
  ['claude-opus-5', { webSearches: 3, input: 1 }, '0.030005'],
  ['claude-opus-5', { webSearches: 1, terms: { tier: 'batch' } }, '0.01'],
  ['claude-opus-5', { webFetches: 3, input: 1 }, '0.000005'],
  ['gpt-6-sol', { webSearches: 1 }, 'price of tool calls of gpt-6-sol'],
  ['gpt-6-sol', { webFetches: 1 }, 'price of tool calls of gpt-6-sol'],
])('tool calls are priced by the call, or unknown: %s for %j', (id, given, expected) => {
  expect(cost(id, given)).toBe(expected)
})

test.each<readonly [string, Case, string]>([
  ['no-such-model', { input: 1 }, 'prices of no-such-model'],
  ['claude-sonnet-5-5-20990101', { input: 1 }, 'prices of claude-sonnet-5-5-20990101'],
  ['gpt-oss:120b-cloud', { input: 1 }, 'prices of gpt-oss:120b-cloud'],
  ['gpt-4-turbo', { input: 1, cacheRead: 1 }, 'cache read price of gpt-4-turbo'],
  ['gpt-4o', { cacheWrite5m: 1 }, 'cache write price of gpt-4o'],
  ['gpt-6-sol', { cacheWrite1h: 1 }, '1-hour cache write price of gpt-6-sol'],
  ['gpt-4o', { input: -1 }, 'tokens of gpt-4o'],
  ['gpt-4o', { output: 0.5 }, 'tokens of gpt-4o'],
  ['gpt-4o', { output: Number.NaN }, 'tokens of gpt-4o'],
  ['gpt-4o', { input: 1e300 }, 'tokens of gpt-4o'],
])('what is not known is named, never 0: %s for %j', (id, given, expected) => {
  expect(cost(id, given)).toBe(expected)
})

test('without tokens no price is needed, and unknown tokens have no cost', () => {
  expect(cost('gpt-4-turbo', { input: 1 })).toBe('0.00001')
  expect(costOf(modelOf('gpt-4o'), { ...attempt('gpt-4o', {}), usage: null })).toEqual({
    unknown: 'tokens of gpt-4o',
  })
})

test.each<readonly [string, Case, string]>([
  ['0', { input: M, output: M }, '0'],
  ['0', {}, '0'],
  ['0', { cacheRead: 1 }, ' of own'],
  ['1', { input: M }, ' of own'],
  ['1', { output: M }, '0'],
])(
  'on terms of an unknown factor only what is free has a price: input %s, %j',
  (input, given, usd) => {
    const own: Model = {
      ...requireModel('gpt-4-turbo'),
      id: 'own',
      batchFactor: null,
      prices: flat([input, '0']),
    }
    const terms: readonly (readonly [string, Partial<Terms>])[] = [
      ['batch price', { tier: 'batch' }],
      ['fast price', { tier: 'fast' }],
      ['special tier price', { tier: 'other' }],
      ['standard US-only price', { usOnly: true }],
    ]
    for (const [name, on] of terms) {
      const found = costOf(own, attempt('own', { ...given, terms: on }))
      const text = 'unknown' in found ? found.unknown : dollars(found.picoUsd)
      expect(text).toBe(usd === '0' ? '0' : `${name}${usd}`)
    }
  },
)

// --- against rational arithmetic of the test's own ---

const known = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, '0')
    return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
  })

const price = fc.option(known, { freq: 20 })

const band = (aboveInputTokens: number) =>
  fc.record<PriceBand>({
    aboveInputTokens: fc.constant(aboveInputTokens),
    input: price,
    output: price,
    cacheRead: price,
    cacheWrite5m: price,
    cacheWrite1h: price,
  })

const someModel = fc
  .tuple(band(0), band(1000), band(0), fc.constantFrom('0.5', '1', '0.333', null))
  .map(([low, high, later, batchFactor]): Model => ({
    ...requireModel('claude-opus-5'),
    batchFactor,
    prices: [
      { from: null, bands: [low, high] },
      { from: '2026-06-01', bands: [later] },
    ],
  }))

const tokens = fc.oneof(fc.constant(0), fc.nat(2000), fc.nat(1e9), fc.nat(1e12))

const someUsage = fc.record<Usage>({
  input: tokens,
  cacheRead: tokens,
  cacheWrite5m: tokens,
  cacheWrite1h: tokens,
  output: tokens,
  webSearches: fc.nat(3),
  webFetches: fc.nat(3),
})

function requireModel(id: string): Model {
  const model = modelOf(id)
  if (model === null) throw new Error(id)
  return model
}

/** Digits and places of a decimal, so that the value is digits / 10 ** places. */
function decimal(text: string): readonly [bigint, number] {
  const [whole = '', places = ''] = text.split('.')
  return [BigInt(whole + places), places.length]
}

/** The exact cost in 10⁻⁴² dollars, rounded once to pico-dollars; null: a price is missing. */
function oracle(model: Model, { usage, atMs, terms }: Attempt): bigint | null {
  if (usage === null) return null
  const late = atMs >= Date.UTC(2026, 5, 1)
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h
  const row = model.prices[late ? 1 : 0]?.bands[!late && prompt > 1000 ? 1 : 0]
  const factor = terms.tier === 'batch' ? model.batchFactor : '1'
  if (row === undefined) return null
  let sum = BigInt(usage.webSearches) * 10n ** 40n
  for (const name of ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const) {
    if (usage[name] === 0) continue
    const each = oraclePrice(row[name], factor)
    if (each === null) return null
    sum += BigInt(usage[name]) * each
  }
  return rounded(sum, 10n ** 30n)
}

/** Of a token, in 10⁻⁴² dollars. */
function oraclePrice(price: string | null, factor: string | null): bigint | null {
  if (price === null) return null
  const [digits, places] = decimal(price)
  if (digits === 0n) return 0n
  if (factor === null) return null
  const [times, timesPlaces] = decimal(factor)
  return digits * times * 10n ** BigInt(36 - places - timesPlaces)
}

function rounded(sum: bigint, unit: bigint): bigint {
  const below = sum / unit
  const rest = 2n * (sum % unit)
  return rest > unit || (rest === unit && below % 2n === 1n) ? below + 1n : below
}

test('the cost is the exact one rounded once, whatever the prices and the tokens', () => {
  const days = fc.constantFrom('2026-05-31', '2026-06-01')
  const tiers = fc.constantFrom('standard' as const, 'batch' as const)
  let priced = 0
  fc.assert(
    fc.property(someModel, someUsage, days, tiers, (model, usage, on, tier) => {
      const given = { ...attempt(model.id, { on, terms: { tier } }), usage }
      const found = costOf(model, given)
      const cost = 'picoUsd' in found ? found.picoUsd : null
      if (cost !== null) priced += 1
      expect(cost).toBe(oracle(model, given))
    }),
    { numRuns: 2000 },
  )
  expect(priced).toBeGreaterThan(500)
})

test('a half of a pico-dollar goes to the even side', () => {
  const half = { ...requireModel('gpt-4-turbo'), batchFactor: '0.5' }
  const model = (input: string): Model => ({
    ...half,
    prices: half.prices.map((period) => ({
      from: period.from,
      bands: [{ ...period.bands[0], input }],
    })),
  })
  const given = attempt('x', { input: 1, terms: { tier: 'batch' } })
  expect(costOf(model('0.000001'), given)).toEqual({ picoUsd: 0n })
  expect(costOf(model('0.000003'), given)).toEqual({ picoUsd: 2n })
  expect(costOf(model('0.000005'), given)).toEqual({ picoUsd: 2n })
})

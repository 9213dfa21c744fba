import type { Model, PriceBand, UsdPerMillion } from '../models/model.ts'
import { isPlausible, promptTokens } from './counts.ts'
import { ZERO, fraction, isZero, multiply, parseFraction, type Fraction } from './fraction.ts'
import { factorOf, type Terms } from './terms.ts'
import type { Usage } from './usage.ts'

/** One request to one model, as it was billed. */
export interface Attempt {
  /** As it was asked for; the name in `unknown`. */
  readonly modelId: string
  /** Null: the provider did not say. */
  readonly usage: Usage | null
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly terms: Terms
  /** The prompt of each, where the usage is the sum of several of one price band. */
  readonly promptTokens?: number
}

/** In 10⁻¹² US dollars, or what is not known, such as `cache read price of gpt-4`. */
export type AttemptCost = { readonly picoUsd: bigint } | { readonly unknown: string }

type TokenClass = 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'

/** A band's prices as whole numbers: pico-dollars a token, times `scale`. */
interface Rates {
  readonly aboveInputTokens: number
  readonly scale: bigint
  /** By class, in the order of `CLASSES`; null is unknown. */
  readonly exact: readonly (bigint | null)[]
  /** The same as doubles where `scale` is 1: the sum is exact as long as it is a safe integer. */
  readonly fast: readonly number[] | null
}

interface Period {
  readonly fromMs: number
  readonly bands: readonly Rates[]
}

const CLASSES: readonly TokenClass[] = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
]

const INPUT = CLASSES.indexOf('input')
const CACHE_READ = CLASSES.indexOf('cacheRead')

const CLASS_NAMES: Readonly<Record<TokenClass, string>> = {
  input: 'input price',
  output: 'output price',
  cacheRead: 'cache read price',
  cacheWrite5m: 'cache write price',
  cacheWrite1h: '1-hour cache write price',
}

/** A dollar per million tokens is 10⁶ pico-dollars a token. */
const PICO_PER_TOKEN = fraction(1_000_000)

/** $10 for 1000 searches, on top of the tokens; a fetch costs its tokens only. No tier changes it. */
const CLAUDE_SEARCH_PICO = 10_000_000_000n

/** A row under a set of terms. */
interface Compiled {
  readonly periods: readonly Period[]
  /** What the terms put on a price is known; where it is not, only a price of nothing is. */
  readonly hasFactor: boolean
}

/** The row is compiled once per set of terms: what-if prices a million requests. */
const COMPILED = new WeakMap<Model, Map<string, Compiled>>()

/**
 * Priced with the prices of the request's UTC day, in the band of its whole prompt, and rounded once,
 * half to even, so that the sum over many attempts leans to neither side. Known only where every
 * class that has tokens has a price. A null model is one that the catalogue does not know.
 */
export function costOf(model: Model | null, attempt: Attempt): AttemptCost {
  const { modelId, usage, atMs, terms } = attempt
  if (usage === null || !isPlausible(usage)) return unknown('tokens', modelId)
  if (model === null) return unknown('prices', modelId)
  const { periods, hasFactor } = compiled(model, terms)
  const period = periods.findLast(({ fromMs }) => fromMs <= atMs)
  if (period === undefined) return unknown('prices', modelId)
  if (terms.summed && !isUniform(period)) return unknown('size of each request', modelId)
  const searches = searchCost(model, usage)
  if (searches === null) return unknown('price of tool calls', modelId)
  const rates = bandOf(period, attempt.promptTokens ?? promptTokens(usage))
  const tokens = fastCost(rates, usage) ?? exactCost(rates, usage)
  if (typeof tokens === 'bigint') return { picoUsd: tokens + searches }
  return unknown(hasFactor ? CLASS_NAMES[tokens] : `${termsText(terms)} price`, modelId)
}

/** A token of the prompt costs the same in a short and a long one, cached or not. */
function isUniform({ bands: [band, ...more] }: Period): boolean {
  return more.length === 0 && band !== undefined && band.exact[INPUT] === band.exact[CACHE_READ]
}

function fastCost({ fast }: Rates, usage: Usage): bigint | null {
  if (fast === null) return null
  const [input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0] = fast
  const sum =
    part(usage.input, input) +
    part(usage.output, output) +
    part(usage.cacheRead, cacheRead) +
    part(usage.cacheWrite5m, cacheWrite5m) +
    part(usage.cacheWrite1h, cacheWrite1h)
  // An unknown price is NaN, and NaN is no safe integer.
  return Number.isSafeInteger(sum) ? BigInt(sum) : null
}

function part(tokens: number, rate: number): number {
  return tokens === 0 ? 0 : tokens * rate
}

/** The class without a price, where one is needed. */
function exactCost({ exact, scale }: Rates, usage: Usage): bigint | TokenClass {
  let sum = 0n
  for (const [index, name] of CLASSES.entries()) {
    const tokens = usage[name]
    if (tokens === 0) continue
    const rate = exact[index] ?? null
    if (rate === null) return name
    sum += BigInt(tokens) * rate
  }
  return roundHalfToEven(sum, scale)
}

/** `amount` is not negative. */
function roundHalfToEven(amount: bigint, scale: bigint): bigint {
  const whole = amount / scale
  const twice = (amount % scale) * 2n
  return twice > scale || (twice === scale && whole % 2n === 1n) ? whole + 1n : whole
}

function bandOf({ bands }: Period, prompt: number): Rates {
  const found = bands.findLast(({ aboveInputTokens }) => prompt > aboveInputTokens) ?? bands[0]
  if (found === undefined) throw new RangeError('a price period has no band')
  return found
}

function searchCost({ provider }: Model, { webSearches, webFetches }: Usage): bigint | null {
  if (webSearches === 0 && webFetches === 0) return 0n
  return provider === 'claude' ? BigInt(webSearches) * CLAUDE_SEARCH_PICO : null
}

function compiled(model: Model, terms: Terms): Compiled {
  const known = COMPILED.get(model) ?? new Map<string, Compiled>()
  const key = terms.usOnly ? `${terms.tier} us` : terms.tier
  const found = known.get(key)
  if (found !== undefined) return found
  const factor = factorOf(model, terms)
  const made = { periods: compile(model, factor), hasFactor: factor !== null }
  known.set(key, made)
  COMPILED.set(model, known)
  return made
}

function compile({ prices }: Model, factor: Fraction | null): readonly Period[] {
  return prices.map(({ from, bands }) => ({
    fromMs: from === null ? Number.NEGATIVE_INFINITY : Date.parse(`${from}T00:00:00Z`),
    bands: bands.map((band) => ratesOf(band, factor)),
  }))
}

function ratesOf(band: PriceBand, factor: Fraction | null): Rates {
  const prices = CLASSES.map((name) => perToken(band[name], factor))
  const scale = prices.reduce((product, price) => product * (price?.denominator ?? 1n), 1n)
  const exact = prices.map((price) =>
    price === null ? null : (price.numerator * scale) / price.denominator,
  )
  return {
    aboveInputTokens: band.aboveInputTokens,
    scale,
    exact,
    fast: scale === 1n ? exact.map((rate) => (rate === null ? Number.NaN : Number(rate))) : null,
  }
}

function perToken(price: UsdPerMillion, factor: Fraction | null): Fraction | null {
  const usd = price === null ? null : parseFraction(price)
  if (usd === null) return null
  // Nothing stays nothing, whatever the factor.
  if (isZero(usd)) return ZERO
  return factor === null ? null : multiply(multiply(usd, PICO_PER_TOKEN), factor)
}

function termsText({ tier, usOnly }: Terms): string {
  const name = tier === 'other' ? 'special tier' : tier
  return usOnly ? `${name} US-only` : name
}

function unknown(what: string, modelId: string): AttemptCost {
  return { unknown: `${what} of ${modelId}` }
}

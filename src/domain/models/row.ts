import type {
  IsoDate,
  Lifecycle,
  Model,
  PriceBand,
  PricePeriod,
  Provider,
  UsdPerMillion,
} from './model.ts'

/** US dollars per million: input, output, cache read, 5-minute cache write, 1-hour cache write. */
export type Prices = readonly [
  input: UsdPerMillion,
  output: UsdPerMillion,
  cacheRead?: UsdPerMillion,
  cacheWrite5m?: UsdPerMillion,
  cacheWrite1h?: UsdPerMillion,
]

export interface Words {
  readonly speed: string
  readonly quality: string
  readonly useCase: string
}

export interface RowFacts {
  readonly prices: readonly PricePeriod[]
  /** Context and output limits in tokens. */
  readonly limits?: readonly [context: number | null, output?: number | null]
  readonly life?: Partial<Lifecycle>
  readonly words?: Words
  readonly otherIds?: readonly string[]
  readonly note?: string
}

interface Seller {
  readonly provider: Provider
  /** Of all prices; absent is unknown. */
  readonly batchFactor?: string
}

const NO_WORDS = { speed: null, quality: null, useCase: null }

/** Field by field: objects that are spread are each of a shape of their own, which costs start-up. */
export function row({ provider, batchFactor }: Seller, id: string, facts: RowFacts): Model {
  const { limits = [null] } = facts
  const { speed, quality, useCase } = facts.words ?? NO_WORDS
  return {
    id,
    otherIds: facts.otherIds ?? [],
    provider,
    prices: facts.prices,
    batchFactor: batchFactor ?? null,
    contextTokens: limits[0],
    outputTokens: limits[1] ?? null,
    lifecycle: lifecycleOf(facts.life ?? {}),
    speed,
    quality,
    useCase,
    note: facts.note ?? null,
  }
}

function lifecycleOf(life: Partial<Lifecycle>): Lifecycle {
  return {
    released: life.released ?? null,
    deprecated: life.deprecated ?? null,
    retires: life.retires ?? null,
    notRetiredBefore: life.notRetiredBefore ?? null,
    replacement: life.replacement ?? null,
  }
}

/** One price whatever the prompt's length, ever since the model came out. */
export function flat(prices: Prices): readonly PricePeriod[] {
  return [since(null, prices)]
}

/** Two bands from the first day on. */
export function banded(base: Prices, aboveInputTokens: number, above: Prices): PricePeriod {
  return { from: null, bands: [band(0, base), band(aboveInputTokens, above)] }
}

export function since(from: IsoDate | null, prices: Prices): PricePeriod {
  return { from, bands: [band(0, prices)] }
}

function band(aboveInputTokens: number, prices: Prices): PriceBand {
  const [input, output, cacheRead = null, cacheWrite5m = null, cacheWrite1h = null] = prices
  return { aboveInputTokens, input, output, cacheRead, cacheWrite5m, cacheWrite1h }
}

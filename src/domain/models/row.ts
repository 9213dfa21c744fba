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
  readonly batchFactor?: string
  readonly note?: string
}

const NO_DATES: Lifecycle = {
  released: null,
  deprecated: null,
  retires: null,
  notRetiredBefore: null,
  replacement: null,
}

const UNKNOWN = {
  otherIds: [],
  batchFactor: null,
  speed: null,
  quality: null,
  useCase: null,
  note: null,
} as const

export function row(provider: Provider, id: string, facts: RowFacts): Model {
  const { limits: [contextTokens = null, outputTokens = null] = [], life, words, ...rest } = facts
  return {
    ...UNKNOWN,
    ...rest,
    ...words,
    id,
    provider,
    contextTokens,
    outputTokens,
    lifecycle: { ...NO_DATES, ...life },
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

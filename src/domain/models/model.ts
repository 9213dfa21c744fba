/** A calendar day in UTC, `YYYY-MM-DD`; such strings sort as dates. */
export type IsoDate = string

export const PROVIDERS = ['claude', 'openai', 'ollama'] as const

export type Provider = (typeof PROVIDERS)[number]

export function isProvider(value: unknown): value is Provider {
  return PROVIDERS.some((provider) => provider === value)
}

/** A price in US dollars per million tokens, as an exact decimal string; null is unknown. */
export type UsdPerMillion = string | null

/** The prices of one whole request whose prompt has more than `aboveInputTokens` tokens. */
export interface PriceBand {
  readonly aboveInputTokens: number
  readonly input: UsdPerMillion
  readonly output: UsdPerMillion
  readonly cacheRead: UsdPerMillion
  readonly cacheWrite5m: UsdPerMillion
  readonly cacheWrite1h: UsdPerMillion
}

/** Prices in force from a day on; `from` is null for the first known period. */
export interface PricePeriod {
  readonly from: IsoDate | null
  /** Ascending by `aboveInputTokens`; the first is 0. */
  readonly bands: readonly [PriceBand, ...PriceBand[]]
  /** The day of the refresh that knows them; absent: they are no refresh's. */
  readonly refreshed?: IsoDate
}

export interface Lifecycle {
  readonly released: IsoDate | null
  readonly deprecated: IsoDate | null
  /** The day from which requests fail. */
  readonly retires: IsoDate | null
  /** Promised by the provider: not retired before this day. */
  readonly notRetiredBefore: IsoDate | null
  readonly replacement: string | null
}

export interface Model {
  readonly id: string
  /** Other exact ids that name the same model; each is exported as the user wrote it. */
  readonly otherIds: readonly string[]
  readonly provider: Provider
  readonly prices: readonly PricePeriod[]
  /** The factor that the batch interface puts on every price, a decimal string; null is unknown. */
  readonly batchFactor: string | null
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly lifecycle: Lifecycle
  readonly speed: string | null
  readonly quality: string | null
  readonly useCase: string | null
  /** What is less than certain about the row, such as a single third-party source. */
  readonly note: string | null
  /** Absent: the catalogue's own row. */
  readonly source?: 'refreshed' | 'own'
}

export type ModelStatus = 'active' | 'ending' | 'deprecated' | 'retired'

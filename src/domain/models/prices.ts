import type { IsoDate, Model, PriceBand, PricePeriod } from './model.ts'

/** The prices in force on a day; null is unknown. */
export function pricesOn(model: Model, asOf: IsoDate): PricePeriod | null {
  return model.prices.findLast(({ from }) => from === null || from <= asOf) ?? null
}

/** The band of one whole request: its full prompt, cache reads and writes included, decides. */
export function bandFor({ bands }: PricePeriod, promptTokens: number): PriceBand {
  return bands.findLast(({ aboveInputTokens }) => promptTokens > aboveInputTokens) ?? bands[0]
}

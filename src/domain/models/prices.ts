import type { IsoDate, Model, PriceBand, PricePeriod } from './model.ts'

/** The prices in force on a day; null is unknown. */
export function pricesOn(model: Model, asOf: IsoDate): PricePeriod | null {
  return model.prices.findLast(({ from }) => from === null || from <= asOf) ?? null
}

/** The day of the refresh whose prices were in force on any of these days; null: none were. */
export function refreshDateOf(
  models: readonly Model[],
  since: IsoDate,
  until: IsoDate = since,
): IsoDate | null {
  const inForce = models.flatMap(({ prices }) =>
    prices.filter(({ from }, index) => {
      const end = prices[index + 1]?.from
      return (from === null || from <= until) && (typeof end !== 'string' || end > since)
    }),
  )
  return inForce.find(({ refreshed }) => refreshed !== undefined)?.refreshed ?? null
}

/** The band of one whole request: its full prompt, cache reads and writes included, decides. */
export function bandFor({ bands }: PricePeriod, promptTokens: number): PriceBand {
  return bands.findLast(({ aboveInputTokens }) => promptTokens > aboveInputTokens) ?? bands[0]
}

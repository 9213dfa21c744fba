import { statusOn } from './lifecycle.ts'
import type { IsoDate, Model, ModelStatus, PriceBand } from './model.ts'
import { pricesOn } from './prices.ts'

/** A row as it stands on a day: plain data, fit for JSON. */
export interface ModelReport extends Model {
  readonly aliases: readonly string[]
  readonly status: ModelStatus
  /** The bands in force; null is unknown. */
  readonly bands: readonly PriceBand[] | null
}

/** `aliases`: by model id, those of the day. */
export function describeModel(
  model: Model,
  aliases: ReadonlyMap<string, readonly string[]>,
  asOf: IsoDate,
): ModelReport {
  return {
    ...model,
    aliases: aliases.get(model.id) ?? [],
    status: statusOn(model, asOf),
    bands: pricesOn(model, asOf)?.bands ?? null,
  }
}

/** Known to have come out after the day. */
export function isFuture({ lifecycle: { released } }: Model, asOf: IsoDate): boolean {
  return released !== null && released > asOf
}

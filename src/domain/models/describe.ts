import { aliasesOf, type Catalogue } from './catalogue.ts'
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

export function describeModel(catalogue: Catalogue, model: Model, asOf: IsoDate): ModelReport {
  return {
    ...model,
    aliases: aliasesOf(catalogue, model, asOf),
    status: statusOn(model, asOf),
    bands: pricesOn(model, asOf)?.bands ?? null,
  }
}

/** Known to have come out after the day. */
export function isFuture({ lifecycle: { released } }: Model, asOf: IsoDate): boolean {
  return released !== null && released > asOf
}

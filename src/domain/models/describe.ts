import { CATALOGUE_DATE, type Catalogue } from './catalogue.ts'
import { statusOn } from './lifecycle.ts'
import type { IsoDate, Model, ModelStatus, PriceBand } from './model.ts'
import { pricesOn } from './prices.ts'

/** A row as it stands on a day: plain data, fit for JSON. */
export interface ModelReport extends Model {
  readonly aliases: readonly string[]
  /** `future`: not out on the day; `unknown`: nobody knows whether it was. */
  readonly status: ModelStatus | 'future' | 'unknown'
  /** The bands in force; null is unknown. */
  readonly bands: readonly PriceBand[] | null
}

/** A day that is asked for, and the one on which it is asked. */
export interface AsOf {
  readonly asOf: IsoDate
  readonly today: IsoDate
}

/** `aliases`: by model id, those of the day. */
export function describeModel(
  model: Model,
  aliases: ReadonlyMap<string, readonly string[]>,
  day: AsOf,
): ModelReport {
  return {
    ...model,
    aliases: aliases.get(model.id) ?? [],
    status: statusOf(model, day),
    bands: pricesOn(model, day.asOf)?.bands ?? null,
  }
}

function statusOf(model: Model, day: AsOf): ModelReport['status'] {
  if (wasOut(model, day)) return statusOn(model, day.asOf)
  return isFuture(model, day.asOf) ? 'future' : 'unknown'
}

/** Known to have come out after the day. */
export function isFuture({ lifecycle: { released } }: Model, asOf: IsoDate): boolean {
  return released !== null && released > asOf
}

/** Whether the model of an id is known to have been out on the day. */
export function outOn(catalogue: Catalogue, day: AsOf): (id: string) => boolean {
  return (id) => {
    const model = catalogue.byId.get(id)
    return model === undefined ? day.asOf >= day.today : wasOut(model, day)
  }
}

/** Without a day of its release: it was out on each day of which anything is known, and since. */
function wasOut(model: Model, { asOf, today }: AsOf): boolean {
  const { released, deprecated, retires } = model.lifecycle
  if (released !== null) return released <= asOf
  const checked = model.source === undefined ? CATALOGUE_DATE : null
  const priced = model.prices.flatMap(({ from, refreshed = null }) => [from, refreshed])
  const known = [today, checked, deprecated, retires, ...priced]
  return known.some((date) => date !== null && date <= asOf)
}

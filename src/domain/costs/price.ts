import type { IsoDate, Model, UsdPerMillion } from '../models/model.ts'
import { bandFor, pricesOn } from '../models/prices.ts'
import {
  ONE,
  ZERO,
  add,
  fraction,
  isZero,
  multiply,
  parseFraction,
  subtract,
  type Fraction,
} from './fraction.ts'

const PER_TOKEN = fraction(1, 1_000_000)

/** Work of many alike requests, in tokens a day. */
export interface Workload {
  readonly inputPerDay: Fraction
  readonly outputPerDay: Fraction
  /** Of the input. */
  readonly cacheReadShare: Fraction
  /** The prompt of one request, which decides the price band. */
  readonly requestTokens: number
  readonly batch: boolean
}

/** US dollars a day, or what is not known about the model. */
export type DailyCost =
  | { readonly kind: 'known'; readonly usd: Fraction }
  | { readonly kind: 'unknown'; readonly missing: string }

/** What this work costs on one model at the prices of a day. */
export function dailyCost(model: Model, work: Workload, asOf: IsoDate): DailyCost {
  const period = pricesOn(model, asOf)
  if (period === null) return unknown(model, 'prices')
  const band = bandFor(period, work.requestTokens)
  const cached = multiply(work.inputPerDay, work.cacheReadShare)
  const parts: readonly (readonly [string, UsdPerMillion, Fraction])[] = [
    ['input price', band.input, subtract(work.inputPerDay, cached)],
    ['cache read price', band.cacheRead, cached],
    ['output price', band.output, work.outputPerDay],
  ]
  let usd = ZERO
  for (const [what, price, tokens] of parts) {
    if (isZero(tokens)) continue
    const known = exact(price)
    if (known === null) return unknown(model, what)
    usd = add(usd, multiply(known, multiply(tokens, PER_TOKEN)))
  }
  // Nothing stays nothing, whatever the factor.
  const factor = work.batch && !isZero(usd) ? exact(model.batchFactor) : ONE
  return factor === null
    ? unknown(model, 'batch price')
    : { kind: 'known', usd: multiply(usd, factor) }
}

function exact(decimal: string | null): Fraction | null {
  return decimal === null ? null : parseFraction(decimal)
}

function unknown(model: Model, what: string): DailyCost {
  return { kind: 'unknown', missing: `${what} of ${model.id}` }
}

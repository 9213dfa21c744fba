import { exceedsWindow } from '../models/limits.ts'
import type { IsoDate, Model } from '../models/model.ts'
import {
  ONE,
  add,
  divide,
  fraction,
  isZero,
  multiply,
  subtract,
  toFixed,
  type Fraction,
} from './fraction.ts'
import { dailyCost, type DailyCost, type Workload } from './price.ts'

export const DAYS_PER_MONTH = 30

export type Role = 'premium' | 'budget' | 'free'

export interface Plan {
  readonly models: Readonly<Record<Role, Model>>
  readonly work: Workload
  /** Of the work, in the rows that mix the premium model with another. */
  readonly premiumShare: Fraction
  readonly asOf: IsoDate
}

export type Scenario =
  | 'all premium'
  | 'premium + others budget'
  | 'premium + others free'
  | 'all budget'
  | 'all free'

interface Saving {
  /** Negative where the scenario is dearer than all premium. */
  readonly daily: Fraction
  readonly monthly: Fraction
  /** Whole percent of the baseline; null where the baseline is free. */
  readonly percent: number | null
}

export interface ScenarioCost {
  readonly scenario: Scenario
  /** US dollars; null is unknown. */
  readonly daily: Fraction | null
  readonly monthly: Fraction | null
  /** Against `all premium`; null where either amount is unknown. */
  readonly saving: Saving | null
}

export interface Comparison {
  readonly plan: Plan
  readonly rows: readonly ScenarioCost[]
  /** What is not known, such as `cache read price of gpt-4`. */
  readonly unknown: readonly string[]
  /** Models whose window the request does not fit. */
  readonly tooSmall: readonly Model[]
}

/** Which roles do the work: one does it all, or premium its share and the other the rest. */
const SCENARIOS: readonly (readonly [Scenario, Role, Role])[] = [
  ['all premium', 'premium', 'premium'],
  ['premium + others budget', 'premium', 'budget'],
  ['premium + others free', 'premium', 'free'],
  ['all budget', 'budget', 'budget'],
  ['all free', 'free', 'free'],
]

export function compareCosts(plan: Plan): Comparison {
  const { models, work, asOf } = plan
  const costs: Readonly<Record<Role, DailyCost>> = {
    premium: dailyCost(models.premium, work, asOf),
    budget: dailyCost(models.budget, work, asOf),
    free: dailyCost(models.free, work, asOf),
  }
  const baseline = amount(costs.premium)
  const missing = Object.values(costs).flatMap((c) => (c.kind === 'unknown' ? [c.missing] : []))
  const tooSmall = Object.values(models).filter((m) => exceedsWindow(m, work.requestTokens))
  return {
    plan,
    rows: SCENARIOS.map(([scenario, first, rest]) =>
      scenarioCost(scenario, mixed(costs[first], costs[rest], plan.premiumShare), baseline),
    ),
    unknown: [...new Set(missing)],
    tooSmall: [...new Set(tooSmall)],
  }
}

/** A part that does none of the work need not have a known price. */
function mixed(first: DailyCost, rest: DailyCost, firstShare: Fraction): Fraction | null {
  if (first === rest) return amount(first)
  let total = fraction(0)
  for (const [cost, share] of [
    [first, firstShare],
    [rest, subtract(ONE, firstShare)],
  ] as const) {
    if (isZero(share)) continue
    const usd = amount(cost)
    if (usd === null) return null
    total = add(total, multiply(usd, share))
  }
  return total
}

function scenarioCost(
  scenario: Scenario,
  daily: Fraction | null,
  baseline: Fraction | null,
): ScenarioCost {
  const saved = daily === null || baseline === null ? null : subtract(baseline, daily)
  return {
    scenario,
    daily,
    monthly: daily === null ? null : perMonth(daily),
    saving:
      saved === null || baseline === null
        ? null
        : { daily: saved, monthly: perMonth(saved), percent: percentOf(saved, baseline) },
  }
}

function percentOf(part: Fraction, whole: Fraction): number | null {
  return isZero(whole) ? null : Number(toFixed(multiply(divide(part, whole), fraction(100)), 0))
}

function perMonth(daily: Fraction): Fraction {
  return multiply(daily, fraction(DAYS_PER_MONTH))
}

function amount(cost: DailyCost): Fraction | null {
  return cost.kind === 'known' ? cost.usd : null
}

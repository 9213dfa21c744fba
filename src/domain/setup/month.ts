import {
  divide,
  fraction,
  isZero,
  multiply,
  subtract,
  toFixed,
  type Fraction,
} from '../costs/fraction.ts'
import { recordCost } from '../costs/logs/logged-model.ts'
import type { LogRecord } from '../costs/logs/record.ts'
import { PICO_PER_USD } from '../costs/pico.ts'
import { dailyCost } from '../costs/price.ts'
import { DAYS_PER_MONTH } from '../costs/compare.ts'
import { exactModel, type Catalogue } from '../models/catalogue.ts'
import type { IsoDate, Model } from '../models/model.ts'
import { refreshDateOf } from '../models/prices.ts'
import type { Profile } from '../profiles/profile.ts'
import { whatIf, type ServedRequest, type WhatIf } from '../reports/what-if.ts'

/** What the profiles cost in a month. */
export interface Month {
  /** The person's own work of the last 30 days, or 1M tokens in and 1M out a day. */
  readonly basis: 'logs' | 'example'
  /** In the logs. */
  readonly requests: number
  /** What these did cost, at list prices, as far as that is known; null: of none. */
  readonly picoUsd: bigint | null
  readonly profiles: readonly PricedProfile[]
  /** Of the profiles' prices; null: none was refreshed. */
  readonly refreshDate: IsoDate | null
  /** A result for each profile, with what is left out of it; none of an example. */
  readonly comparisons: readonly WhatIf[]
}

export interface PricedProfile {
  readonly profile: Profile
  /** Null: unknown. */
  readonly picoUsd: bigint | null
  /** Against the work as it was done, or of an example against the first profile. */
  readonly savedPercent: number | null
}

const MILLION = fraction(1_000_000)
const PICO = fraction(PICO_PER_USD)

/** As `llmsel costs` has it by default. */
const EXAMPLE = {
  inputPerDay: MILLION,
  outputPerDay: MILLION,
  cacheReadShare: fraction(0),
  requestTokens: 20_000,
  batch: false,
}

/** `records` are of one month, each once. Where there are none, it is the example's. */
export function monthOf(
  records: Iterable<LogRecord>,
  profiles: readonly Profile[],
  { catalogue, asOf }: { readonly catalogue: Catalogue; readonly asOf: IsoDate },
): Month {
  const counters = profiles.map(({ target }) =>
    whatIf(target.row, (id) => exactModel(catalogue, id)?.model ?? null),
  )
  let requests = 0
  let picoUsd: bigint | null = null
  for (const record of records) {
    const request = served(record, catalogue)
    requests += 1
    if (request.picoUsd !== null) picoUsd = (picoUsd ?? 0n) + request.picoUsd
    for (const counter of counters) counter.add(request)
  }
  if (requests === 0) return exampleMonth(profiles, asOf)
  const comparisons = counters.map((counter) => counter.result())
  return {
    basis: 'logs',
    requests,
    picoUsd,
    refreshDate: refreshDateOf(rowsOf(profiles), asOf),
    comparisons,
    profiles: profiles.map((profile, index) => ({ profile, ...amounts(comparisons[index]) })),
  }
}

function rowsOf(profiles: readonly Profile[]): readonly Model[] {
  return profiles.map(({ target }) => target.row)
}

function served(record: LogRecord, catalogue: Catalogue): ServedRequest {
  const { billing, atMs, usage, model, terms } = record
  const cost = recordCost(catalogue, record)
  return {
    model: model ?? '',
    kind: billing === 'included' ? 'included' : 'api',
    startedAtMs: atMs,
    usage,
    picoUsd: 'picoUsd' in cost ? cost.picoUsd : null,
    summed: terms.summed,
  }
}

type Amounts = Pick<PricedProfile, 'picoUsd' | 'savedPercent'>

function amounts(result: WhatIf | undefined): Amounts {
  const sums = result === undefined ? [] : [result.paid, result.included]
  const sum = (of: (each: (typeof sums)[number]) => bigint) =>
    sums.reduce((total, each) => total + of(each), 0n)
  // Of which no request could be compared.
  if (sum(({ requests }) => BigInt(requests)) === 0n) return { picoUsd: null, savedPercent: null }
  const there = sum(({ therePicoUsd }) => therePicoUsd)
  const here = sum((each) => each.picoUsd)
  return { picoUsd: there, savedPercent: savedPercent(fraction(here), fraction(there)) }
}

function exampleMonth(profiles: readonly Profile[], asOf: IsoDate): Month {
  const costs = profiles.map(({ target }) => {
    const cost = dailyCost(target.row, EXAMPLE, asOf)
    return cost.kind === 'known' ? multiply(cost.usd, fraction(DAYS_PER_MONTH)) : null
  })
  const [first = null] = costs
  return {
    basis: 'example',
    requests: 0,
    picoUsd: null,
    refreshDate: refreshDateOf(rowsOf(profiles), asOf),
    comparisons: [],
    profiles: profiles.map((profile, index) => {
      const usd = costs[index] ?? null
      return {
        profile,
        picoUsd: usd === null ? null : BigInt(toFixed(multiply(usd, PICO), 0)),
        savedPercent: index === 0 || usd === null ? null : savedPercent(first, usd),
      }
    }),
  }
}

function savedPercent(here: Fraction | null, there: Fraction): number | null {
  if (here === null || isZero(here)) return null
  const share = divide(subtract(here, there), here)
  return Number(toFixed(multiply(share, fraction(100)), 0))
}

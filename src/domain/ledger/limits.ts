import { parseFraction } from '../costs/fraction.ts'
import { LlmselError } from '../errors.ts'
import type { Range } from './spans.ts'
import { localDay, localMonth } from './time-zone.ts'

/** At most so much between two local midnights, or in a calendar month. */
export interface Limit {
  readonly picoUsd: bigint
  readonly per: 'day' | 'month'
}

/** Of a limit, in percent; one is announced once it has been crossed. */
export const WARNINGS = [50, 80, 100] as const
export type Warning = (typeof WARNINGS)[number]

const PICO_PER_USD = 1_000_000_000_000n
const MAX_USD = 1_000_000n
const HINT = { hint: 'write 5/day, 0.50/day or 100/month, in US dollars' }

/** `5/day`, `$2.50/day`, `100/month`; `option` names it in errors. */
export function parseLimit(text: string, option: string): Limit {
  const [, amount = '', per] = /^\$?(\d+(?:\.\d{1,12})?)\/(day|month)$/.exec(text) ?? []
  const usd = parseFraction(amount)
  if (usd === null || (per !== 'day' && per !== 'month'))
    throw new LlmselError('usage', `${option}: "${text.slice(0, 40)}" is not a limit`, HINT)
  const picoUsd = (usd.numerator * PICO_PER_USD) / usd.denominator
  if (picoUsd > MAX_USD * PICO_PER_USD)
    throw new LlmselError('usage', `${option}: ${text} is more than ${MAX_USD} dollars`, HINT)
  return { picoUsd, per }
}

/** The period that the moment is in, by the calendar of the time zone. */
export function periodOf({ per }: Limit, timeZone: string, nowMs: number): Range {
  return per === 'day' ? localDay(timeZone, nowMs) : localMonth(timeZone, nowMs)
}

/** The warning to give when spending goes from the one sum to the other; null: none is due. */
export function warningDue({ picoUsd }: Limit, before: bigint, after: bigint): Warning | null {
  const crossed = WARNINGS.filter((percent) => {
    const mark = picoUsd * BigInt(percent)
    return before * 100n < mark && after * 100n >= mark
  })
  return crossed.at(-1) ?? null
}

/** What an answer is taken to need until it is there. */
export interface RecentOutputs {
  add(model: string, outputTokens: number): void
  /** That nine of ten recent answers of the model did not exceed. */
  expected(model: string): number
}

const REMEMBERED = 50
/** Of a model that nothing is known of: a long paragraph. */
const FIRST_GUESS = 1000

/** Never what a request allows at most: one large `max_tokens` would take a whole day's money. */
export function recentOutputs(): RecentOutputs {
  const byModel = new Map<string, number[]>()
  return {
    add: (model, outputTokens) => {
      const recent = byModel.get(model) ?? []
      byModel.set(model, [...recent.slice(-(REMEMBERED - 1)), outputTokens])
    },
    expected: (model) => {
      const sorted = (byModel.get(model) ?? []).toSorted((a, b) => a - b)
      return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? FIRST_GUESS
    },
  }
}

/** Money that gateways have been given of one limit, and what they have spent of it so far. */
export interface Share {
  readonly spentPicoUsd: bigint
  /** Including what is spent; 0: its lease is over. */
  readonly grantedPicoUsd: bigint
}

/**
 * Up to which sum one gateway may spend, when it wants `wantedPicoUsd` and has committed
 * `usedPicoUsd`: a quarter of what is free, so that others find something too, or all that it wants.
 * Less than it wants where there is no more.
 */
export function grant(
  { picoUsd }: Limit,
  usedPicoUsd: bigint,
  wantedPicoUsd: bigint,
  others: readonly Share[],
): bigint {
  const committed = others.reduce((sum, share) => sum + larger(share), 0n)
  const free = picoUsd - committed - usedPicoUsd
  if (free <= 0n) return usedPicoUsd
  const wanted = wantedPicoUsd - usedPicoUsd
  const slice = free / 4n > wanted ? free / 4n : wanted
  return usedPicoUsd + (slice > free ? free : slice)
}

function larger({ spentPicoUsd, grantedPicoUsd }: Share): bigint {
  return grantedPicoUsd > spentPicoUsd ? grantedPicoUsd : spentPicoUsd
}

import { parseFraction, toDecimalString } from '../costs/fraction.ts'
import { PICO_PER_USD, picoOf, usdOf } from '../costs/pico.ts'
import { LlmselError } from '../errors.ts'
import type { Range } from './spans.ts'
import { localDay, localMonth } from './time-zone.ts'

/** At most so much between two local midnights, or in a calendar month. */
export interface Limit {
  readonly picoUsd: bigint
  readonly per: 'day' | 'month'
}

/** Whose spending a limit holds. */
export interface LimitOn {
  readonly scope: 'session' | 'profile'
  readonly name: string
  readonly limit: Limit
}

/** Money set aside for one attempt. */
export interface Reservation {
  /** Once, with what it came to; null: nobody knows, and what was set aside counts as spent. */
  settle(picoUsd: bigint | null): void
}

export type Refusal =
  /** It would be more than the limit. */
  | { readonly reason: 'reached'; readonly on: LimitOn; readonly untilMs: number }
  /** What the model costs is not known, so no limit could be held. */
  | { readonly reason: 'unknown-price'; readonly on: LimitOn }
  /** What the others have spent is not known: the ledger cannot be reached. */
  | { readonly reason: 'ledger-away'; readonly on: LimitOn }

/** For the client, and for whoever reads what became of a request. */
export function refusalWords({ reason, on }: Refusal): string {
  switch (reason) {
    case 'reached':
      return `${limitName(on)} is reached`
    case 'unknown-price':
      return `its price is not known, so ${limitName(on)} cannot be held`
    case 'ledger-away':
      return `the ledger cannot be reached, so ${limitName(on)} cannot be held`
  }
}

export type Allowance =
  | { readonly allowed: true; readonly reservation: Reservation }
  | { readonly allowed: false; readonly refusal: Refusal }

export interface LimitState {
  readonly on: LimitOn
  /** By all who share the ledger, as far as is known here. */
  readonly spentPicoUsd: bigint
  readonly untilMs: number
}

export interface Limits {
  /**
   * Sets money aside under every one of the limits, or under none. What is free (0) is always
   * allowed, so that a session at its limit can go on with it. Never rejects.
   */
  reserve(on: readonly LimitOn[], picoUsd: bigint | null): Promise<Allowance>
  /** What is known of a limit now; null: nothing was spent under it since the start. */
  state(on: LimitOn): LimitState | null
}

/** Of a limit, in percent; one is announced once it has been crossed. */
export const WARNINGS = [50, 80, 100] as const
export type Warning = (typeof WARNINGS)[number]

const MAX_USD = 1_000_000n
const HINT = { hint: 'write 5/day, 0.50/day or 100/month, in US dollars' }

/** `5/day`, or `5/day,100/month`: each of them holds. `option` names it in errors. */
export function parseLimits(text: string, option: string): readonly Limit[] {
  const limits = text.split(',').map((part) => parseLimit(part.trim(), option))
  if (new Set(limits.map(({ per }) => per)).size === limits.length) return limits
  throw new LlmselError('usage', `${option}: "${text.slice(0, 40)}" has two for one period`, HINT)
}

/** As it can be parsed again. */
export function limitsText(limits: readonly Limit[]): string {
  return limits.map(({ picoUsd, per }) => `${usdText(picoUsd)}/${per}`).join(',')
}

function usdText(picoUsd: bigint): string {
  return toDecimalString(usdOf(picoUsd), 0)
}

/** In words, such as `the limit of $5/day on session budget`. */
export function limitName({ scope, name, limit }: LimitOn): string {
  return `the limit of $${limitsText([limit])} on ${scope} ${name}`
}

/** `$2.50/day` in dollars; `option` names it in errors. */
function parseLimit(text: string, option: string): Limit {
  const [, amount = '', per] = /^\$?(\d+(?:\.\d{1,12})?)\/(day|month)$/.exec(text) ?? []
  const usd = parseFraction(amount)
  if (usd === null || (per !== 'day' && per !== 'month'))
    throw new LlmselError('usage', `${option}: "${text.slice(0, 40)}" is not a limit`, HINT)
  const picoUsd = picoOf(usd)
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
/** Looked at anew after so many answers: each request asks, and most of the time for nothing. */
const LOOK_EVERY = 5
const MAX_MODELS = 500
/** Of a model that nothing is known of: a long paragraph. */
const FIRST_GUESS = 1000
/** As many answers as it takes for one that is long not to decide alone what the next one needs. */
const FIRST_GUESSES = Array.from({ length: 10 }, () => FIRST_GUESS)

interface Recent {
  readonly tokens: number[]
  count: number
  expected: number
}

/** Never what a request allows at most: one large `max_tokens` would take a whole day's money. */
export function recentOutputs(): RecentOutputs {
  const byModel = new Map<string, Recent>()
  return {
    add: (model, outputTokens) => {
      const recent = byModel.get(model) ?? { tokens: [], count: 0, expected: FIRST_GUESS }
      if (byModel.size >= MAX_MODELS) byModel.clear()
      byModel.set(model, recent)
      recent.tokens[recent.count % REMEMBERED] = outputTokens
      recent.count += 1
      if (recent.count > LOOK_EVERY && recent.count % LOOK_EVERY !== 0) return
      const guessed = FIRST_GUESSES.slice(recent.tokens.length)
      const sorted = [...recent.tokens, ...guessed].toSorted((a, b) => a - b)
      recent.expected = sorted[Math.ceil(sorted.length * 0.9) - 1] ?? FIRST_GUESS
    },
    expected: (model) => byModel.get(model)?.expected ?? FIRST_GUESS,
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

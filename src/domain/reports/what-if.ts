import { costOf } from '../costs/attempt-cost.ts'
import { promptTokens } from '../costs/counts.ts'
import { STANDARD } from '../costs/terms.ts'
import type { Usage } from '../costs/usage.ts'
import { isoDate } from '../models/dates.ts'
import { exceedsWindow } from '../models/limits.ts'
import type { Model, PriceBand } from '../models/model.ts'
import { bandFor, pricesOn } from '../models/prices.ts'
import { tokenizerOf } from '../models/tokenizer.ts'

/** A request as it was served. */
export interface ServedRequest {
  readonly model: string
  readonly kind: 'api' | 'included'
  readonly startedAtMs: number
  readonly usage: Usage | null
  readonly picoUsd: bigint | null
  /** The tokens are those of several requests. */
  readonly summed: boolean
}

/** Sums over the requests whose cost is known here and there. */
export interface Compared {
  readonly requests: number
  readonly picoUsd: bigint
  readonly therePicoUsd: bigint
}

/** The same requests on another model, and what is not known of it. */
export interface WhatIf {
  readonly target: Model
  readonly requests: number
  /** What was to be paid, against what would have been. */
  readonly paid: Compared
  /** The list value of what a subscription paid, against the same. */
  readonly included: Compared
  /** Left out: nobody knows their tokens, or what they did cost. */
  readonly unmetered: number
  readonly unpriced: number
  /** Left out: the target refuses so long a prompt. */
  readonly tooLong: number
  /** Left out, by what is not known of the target, such as `price of tool calls of gpt-4o`. */
  readonly unknown: ReadonlyMap<string, number>
  /** Compared, though the target may count another number of tokens. */
  readonly otherTokenizer: number
  /** Compared, though another provider's cache may have held other tokens. */
  readonly otherCache: number
  /** Compared with their cached tokens as plain input, since the target has no cache. */
  readonly withoutCache: number
}

export interface WhatIfCounter {
  add(request: ServedRequest): void
  result(): WhatIf
}

/** Prices request after request on the target, by its bands and cache rules on that day. */
export function whatIf(target: Model, modelOf: (id: string) => Model | null): WhatIfCounter {
  const counts = nothing()
  const unknown = new Map<string, number>()
  const sources = new Map<string, Source>()
  const sourceOf = (id: string): Source => {
    const source = sources.get(id) ?? compareModels(modelOf(id), id, target)
    sources.set(id, source)
    return source
  }
  return {
    add: (request) => {
      counts.requests += 1
      const source = sourceOf(request.model)
      const outcome = source.isTarget ? asPaid(request) : priceThere(target, request)
      if (typeof outcome === 'string') counts[outcome] += 1
      else if ('unknown' in outcome)
        unknown.set(outcome.unknown, (unknown.get(outcome.unknown) ?? 0) + 1)
      else count(counts, request, outcome, source)
    },
    result: () => ({ target, ...counts, unknown }),
  }
}

/**
 * The tokens as this model would have billed them: where it has no cache, what was read from one or
 * written to it is plain input; where it has one kind of cache write, that is the kind. `prompt` is that
 * of each, where the usage is the sum of several.
 */
export function withRulesOf(model: Model, usage: Usage, atMs: number, prompt?: number): Usage {
  const { cacheRead, cacheWrite5m, cacheWrite1h } = usage
  if (cacheRead + cacheWrite5m + cacheWrite1h === 0) return usage
  const band = lastingBand(model) ?? bandAt(model, prompt ?? promptTokens(usage), atMs)
  if (band === null || hasEveryCachePrice(band)) return usage
  const writes = band.cacheWrite1h === null ? cacheWrite5m + cacheWrite1h : cacheWrite5m
  const plainRead = band.cacheRead === null ? cacheRead : 0
  const plainWrites = band.cacheWrite5m === null ? writes : 0
  return {
    ...usage,
    input: usage.input + plainRead + plainWrites,
    cacheRead: cacheRead - plainRead,
    cacheWrite5m: writes - plainWrites,
    cacheWrite1h: band.cacheWrite1h === null ? 0 : cacheWrite1h,
  }
}

const CACHE_PRICES = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const

/** For what-if asks a million times; null: its cache rules have changed. */
const LASTING = new WeakMap<Model, PriceBand | null>()

/** A band with the cache rules of every band of the model. */
function lastingBand(model: Model): PriceBand | null {
  const found = LASTING.get(model)
  if (found !== undefined) return found
  const [first = null, ...others] = model.prices.flatMap(({ bands }) => [...bands])
  const isLasting = others.every((band) =>
    CACHE_PRICES.every((name) => (band[name] === null) === (first?.[name] === null)),
  )
  const band = isLasting ? first : null
  LASTING.set(model, band)
  return band
}

function bandAt(model: Model, prompt: number, atMs: number): PriceBand | null {
  const period = pricesOn(model, isoDate(new Date(atMs)))
  return period === null ? null : bandFor(period, prompt)
}

function hasEveryCachePrice(band: PriceBand): boolean {
  return band.cacheRead !== null && band.cacheWrite5m !== null && band.cacheWrite1h !== null
}

/** How a request's own model differs from the target. */
interface Source {
  readonly isTarget: boolean
  readonly otherTokenizer: boolean
  readonly otherCache: boolean
}

interface PricedThere {
  readonly here: bigint
  readonly there: bigint
  /** As the target would have billed it. */
  readonly usage: Usage
}

type LeftOut = 'unmetered' | 'unpriced' | 'tooLong'

/**
 * The ledger does not keep a request's terms, such as a batch or a fast tier: at the list price the
 * model that served it would be cheaper or dearer than itself.
 */
function asPaid({ usage, picoUsd }: ServedRequest): PricedThere | LeftOut {
  if (usage === null) return 'unmetered'
  return picoUsd === null ? 'unpriced' : { here: picoUsd, there: picoUsd, usage }
}

function priceThere(
  target: Model,
  { usage, picoUsd, summed, startedAtMs: atMs }: ServedRequest,
): PricedThere | LeftOut | { readonly unknown: string } {
  if (usage === null) return 'unmetered'
  if (picoUsd === null) return 'unpriced'
  if (!summed && exceedsWindow(target, promptTokens(usage))) return 'tooLong'
  const there = withRulesOf(target, usage, atMs)
  const terms = { ...STANDARD, summed }
  const cost = costOf(target, { modelId: target.id, usage: there, atMs, terms })
  return 'unknown' in cost ? cost : { here: picoUsd, there: cost.picoUsd, usage: there }
}

type Counts = ReturnType<typeof nothing>

function nothing() {
  return {
    requests: 0,
    unmetered: 0,
    unpriced: 0,
    tooLong: 0,
    otherTokenizer: 0,
    otherCache: 0,
    withoutCache: 0,
    paid: { requests: 0, picoUsd: 0n, therePicoUsd: 0n },
    included: { requests: 0, picoUsd: 0n, therePicoUsd: 0n },
  }
}

function count(
  counts: Counts,
  { kind, usage }: ServedRequest,
  { here, there, usage: billed }: PricedThere,
  source: Source,
): void {
  const sums = kind === 'included' ? counts.included : counts.paid
  sums.requests += 1
  sums.picoUsd += here
  sums.therePicoUsd += there
  const wasCached = usage !== null && promptTokens(usage) > usage.input
  if (source.otherTokenizer) counts.otherTokenizer += 1
  if (usage !== null && billed.input > usage.input) counts.withoutCache += 1
  else if (source.otherCache && wasCached) counts.otherCache += 1
}

function compareModels(source: Model | null, id: string, target: Model): Source {
  if (id === target.id || source?.id === target.id)
    return { isTarget: true, otherTokenizer: false, otherCache: false }
  return {
    isTarget: false,
    otherTokenizer: source === null || tokenizerOf(source) !== tokenizerOf(target),
    otherCache: source?.provider !== target.provider,
  }
}

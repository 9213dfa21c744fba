import type { Usage } from '../costs/usage.ts'
import { isObject } from '../json.ts'
import {
  attemptOf,
  type Attempt,
  type AttemptStart,
  type Estimate,
  type Kind,
  type Mark,
  type Move,
} from './attempt.ts'
import { DAY_MS } from './spans.ts'

/** Whatever somebody claims it to be. */
export type Loose<T> = { readonly [K in keyof T]?: unknown }

const MAX_TEXT = 1000
const MAX_HOPS = 1000
const MAX_TOKENS = 1_000_000_000
/** A thousand dollars. Far above any attempt; 9,000 of them still fit the store's integers. */
const MAX_PICO_USD = 1_000_000_000_000_000n
const END_OF_9999_MS = 253_402_300_799_999
/** Nearly all are, and the longer look is a hundred times slower. */
const PLAIN = /^[ -~]{1,1000}$/
/**
 * What a client, an upstream or a log claims, as any store can keep it: counts in bounds or unknown,
 * texts short and without control characters. Null: it says neither which attempt it is nor when.
 */
export function saneAttempt(raw: Loose<Attempt>): Attempt | null {
  const start = saneStart(raw)
  if (start === null) return null
  const { usage, picoUsd } = saneEstimate(raw)
  return attemptOf(start, {
    model: start.model,
    endedAtMs: time(raw.endedAtMs),
    firstTokenMs: whole(raw.firstTokenMs, DAY_MS),
    outcome: text(raw.outcome) ?? 'unknown',
    mark: oneOf(MARKS, raw.mark) ?? 'estimated',
    usage,
    picoUsd,
    answerId: text(raw.answerId),
  })
}

export function saneStart(raw: Loose<AttemptStart>): AttemptStart | null {
  const id = text(raw.id)
  const startedAtMs = time(raw.startedAtMs)
  if (id === null || startedAtMs === null) return null
  return {
    id,
    requestId: text(raw.requestId),
    source: text(raw.source) ?? 'unknown',
    session: text(raw.session),
    profile: text(raw.profile),
    project: text(raw.project),
    kind: oneOf(KINDS, raw.kind) ?? 'api',
    provider: text(raw.provider) ?? 'unknown',
    model: text(raw.model) ?? 'unknown',
    modelAsked: text(raw.modelAsked),
    hop: whole(raw.hop, MAX_HOPS) ?? 0,
    movedBy: oneOf(MOVES, raw.movedBy),
    dialect: text(raw.dialect),
    streaming: typeof raw.streaming === 'boolean' ? raw.streaming : null,
    startedAtMs,
  }
}

export function saneEstimate(raw: Loose<Estimate>): Estimate {
  const usage = saneUsage(raw.usage)
  // A price made of counts that cannot be is none.
  const counted = usage !== null || raw.usage === null || raw.usage === undefined
  return { usage, picoUsd: counted ? amount(raw.picoUsd) : null }
}

const MARKS: readonly Mark[] = ['final', 'partial', 'estimated']
const KINDS: readonly Kind[] = ['api', 'included']
const MOVES: readonly Move[] = ['failover', 'limit']

function saneUsage(raw: unknown): Usage | null {
  if (!isObject(raw)) return null
  const tokens = (name: keyof Usage) => whole(raw[name], MAX_TOKENS)
  const input = tokens('input')
  const cacheRead = tokens('cacheRead')
  const cacheWrite5m = tokens('cacheWrite5m')
  const cacheWrite1h = tokens('cacheWrite1h')
  const output = tokens('output')
  if (input === null || cacheRead === null || output === null) return null
  if (cacheWrite5m === null || cacheWrite1h === null) return null
  const webSearches = tokens('webSearches') ?? 0
  const webFetches = tokens('webFetches') ?? 0
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches, webFetches }
}

/** Neither a NUL nor half a character can be kept by every store. */
function text(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  if (PLAIN.test(value)) return value
  return value.slice(0, MAX_TEXT).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, '\u{fffd}')
}

function whole(value: unknown, max: number): number | null {
  const isFine = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max
  // A database knows no -0.
  return isFine ? Number(value) || 0 : null
}

function time(value: unknown): number | null {
  return typeof value === 'number' ? whole(Math.round(value), END_OF_9999_MS) : null
}

/** A bigint, or its digits as the journal has them. */
function amount(value: unknown): bigint | null {
  const digits = typeof value === 'string' && /^\d{1,16}$/.test(value) ? BigInt(value) : value
  return typeof digits === 'bigint' && digits >= 0n && digits <= MAX_PICO_USD ? digits : null
}

function oneOf<T>(known: readonly T[], value: unknown): T | null {
  return known.find((candidate) => candidate === value) ?? null
}

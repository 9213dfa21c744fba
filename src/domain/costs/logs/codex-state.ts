import { isObject, type JsonObject } from '../../json.ts'
import { countAt, objectAt, saidCountAt, textAt, timeAt } from './fields.ts'
import type { Billing } from './record.ts'

const KEYS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
] as const

/** In Codex's way: the input includes what was read from and written to the cache. */
export type CodexTokens = Readonly<Record<(typeof KEYS)[number], number>>

export const NO_TOKENS: CodexTokens = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
}

/** What the lines of a session have said so far; plain JSON, kept between readings. */
export interface CodexState {
  /** Of the thread whose file it is; null: its first line is yet to come. */
  readonly thread: string | null
  readonly session: string | null
  readonly project: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly tier: string | null
  readonly billing: Billing
  /** Up to here the history of another thread was copied in, in ms; null: no more of it comes. */
  readonly copiedUntilMs: number | null
  /** By the last `token_count`. */
  readonly total: CodexTokens | null
  /** The answer that the next `token_count` is expected to repeat. */
  readonly awaited: AwaitedAnswer | null
}

/** A type, not an interface: only such is JSON to the compiler. */
type AwaitedAnswer = {
  readonly id: string
  readonly atMs: number
  readonly tokens: CodexTokens
}

export const CODEX_START: CodexState = {
  thread: null,
  session: null,
  project: null,
  provider: null,
  model: null,
  tier: null,
  billing: 'unknown',
  copiedUntilMs: null,
  total: null,
  awaited: null,
}

/** From what was kept as JSON. */
export function codexState(kept: JsonObject): CodexState {
  const billing = textAt(kept, 'billing')
  const awaited = objectAt(kept, 'awaited')
  const [id, atMs, tokens] = [
    textAt(awaited, 'id'),
    timeAt(awaited, 'atMs'),
    tokensAt(awaited, 'tokens'),
  ]
  return {
    thread: textAt(kept, 'thread'),
    session: textAt(kept, 'session'),
    project: textAt(kept, 'project'),
    provider: textAt(kept, 'provider'),
    model: textAt(kept, 'model'),
    tier: textAt(kept, 'tier'),
    billing: billing === 'api' || billing === 'included' ? billing : 'unknown',
    copiedUntilMs: timeAt(kept, 'copiedUntilMs'),
    total: tokensAt(kept, 'total'),
    awaited: id === null || atMs === null || tokens === null ? null : { id, atMs, tokens },
  }
}

export function tokensAt(object: JsonObject, key: string): CodexTokens | null {
  const tokens = object[key]
  if (!isObject(tokens)) return null
  const counts: CodexTokens = {
    input_tokens: saidCountAt(tokens, 'input_tokens'),
    cached_input_tokens: countAt(tokens, 'cached_input_tokens'),
    cache_write_input_tokens: countAt(tokens, 'cache_write_input_tokens'),
    output_tokens: saidCountAt(tokens, 'output_tokens'),
  }
  return KEYS.every((name) => Number.isInteger(counts[name])) ? counts : null
}

export function sameTokens(a: CodexTokens | null, b: CodexTokens | null): boolean {
  return a !== null && b !== null && KEYS.every((key) => a[key] === b[key])
}

/** What was added to a total; a smaller one was begun anew. */
export function addedTokens(total: CodexTokens, before: CodexTokens | null): CodexTokens {
  if (before === null || KEYS.some((key) => total[key] < before[key])) return total
  return {
    input_tokens: total.input_tokens - before.input_tokens,
    cached_input_tokens: total.cached_input_tokens - before.cached_input_tokens,
    cache_write_input_tokens: total.cache_write_input_tokens - before.cache_write_input_tokens,
    output_tokens: total.output_tokens - before.output_tokens,
  }
}

export function hasTokens(tokens: CodexTokens): boolean {
  return KEYS.some((key) => tokens[key] > 0)
}

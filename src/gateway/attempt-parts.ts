import type { IncomingHttpHeaders } from 'node:http'
import type { InnerCall } from '../domain/costs/logs/anthropic-usage.ts'
import { STANDARD, type Terms } from '../domain/costs/terms.ts'
import type { Usage } from '../domain/costs/usage.ts'
import type { Dialect, ReplyIdentity } from '../domain/wire/dialect.ts'
import type { Problem } from '../domain/wire/problem.ts'
import type { Billed } from '../domain/wire/reply.ts'
import type { Answer } from './answer.ts'
import type { UpstreamRequest } from './upstream.ts'

export interface AttemptPlan {
  readonly upstream: UpstreamRequest
  /** What the upstream speaks, and what the client does; the same object: nothing is converted. */
  readonly dialect: Dialect
  readonly client: Dialect
  readonly wantsStream: boolean
  /** The only hop: whatever comes goes to the client as it is, at once. */
  readonly transparent: boolean
  /** Names that the upstream was given → those that the client knows. */
  readonly toolNames: ReadonlyMap<string, string>
  /** The request says not to think; a model that does all the same is not shown doing it. */
  readonly hidesThinking: boolean
  /** The client did not ask for the chunk with the usage, and does not get it. */
  readonly hidesUsage: boolean
  readonly identity: ReplyIdentity
  /** How long nothing may come: until the first event, and between two. */
  readonly silenceMs: { readonly before: number; readonly between: number }
}

/** What became of it, and what is known of what it used. */
export interface AttemptEnd {
  readonly result: AttemptResult
  readonly known: Known
}

export interface Known {
  readonly usage: Usage | null
  readonly terms: Terms
  readonly innerCalls: readonly InnerCall[]
  /** Of the content of a stream that has come so far. */
  readonly contentChars: number
  /** In the upstream's words. */
  readonly model: string | null
  readonly id: string | null
  /** Ms from its start; null: none came. */
  readonly firstContentMs: number | null
}

export const NOTHING_KNOWN: Known = {
  usage: null,
  terms: STANDARD,
  innerCalls: [],
  contentChars: 0,
  model: null,
  id: null,
  firstContentMs: null,
}

/** As an answer says it, what it leaves out filled in. */
export function spentBy({
  usage,
  terms = STANDARD,
  innerCalls = NOTHING_KNOWN.innerCalls,
}: Billed): Pick<Known, 'usage' | 'terms' | 'innerCalls'> {
  return { usage, terms, innerCalls }
}

export type AttemptResult =
  | { readonly kind: 'answered' }
  | Refused
  | Failed
  | { readonly kind: 'client-gone' }

/** An answer with another status than 2xx, whole. */
export interface Refused {
  readonly kind: 'refused'
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly problem: Problem
}

export interface Failed {
  readonly kind: 'failed'
  readonly how: 'unreachable' | 'timeout' | 'cut-short' | 'malformed' | 'problem'
  readonly problem: Problem
  /** The client has had the upstream's own words about it. */
  readonly told: boolean
  /** The connection broke before any answer: it may have been an old one. */
  readonly isReset: boolean
}

/** What the parts of an attempt share while it runs. */
export interface Attempt {
  readonly plan: AttemptPlan
  readonly answer: Answer
  readonly onContent: () => void
  /** The answer is whole; called before the client can know it, and again when more is known. */
  readonly onComplete: () => void
  /** The same, where the client gets all at once, by `then`: not where it has gone meanwhile. */
  readonly onWhole: (then: () => void) => void
  readonly learn: (known: Partial<Known>) => void
  readonly known: () => Known
  readonly finish: (result: AttemptResult) => void
}

/** Reads an answer as it comes. */
export interface Body {
  /** False: the client cannot take more now. @throws what is no answer. */
  data(chunk: Buffer): boolean
  end(): void
  /** Nothing is missing, so that it does not matter how its connection ends. */
  isWhole(): boolean
}

const KIND = {
  unreachable: 'unavailable',
  timeout: 'timeout',
  'cut-short': 'unavailable',
  malformed: 'api',
  problem: 'api',
} as const

export function failed(how: keyof typeof KIND, message: string): Failed {
  const problem = { kind: KIND[how], message, code: null }
  return { kind: 'failed', how, problem, told: false, isReset: false }
}

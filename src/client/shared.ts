import type { Circuit } from '../domain/failover/circuit.ts'
import type { ClientTarget } from './target.ts'

/** What all requests of one client share. */
export interface Shared {
  readonly targets: readonly ClientTarget[]
  /** By `provider/model`. */
  readonly circuits: Map<string, Circuit>
  readonly fetch: typeof fetch
  readonly secrets: readonly string[]
  readonly timing: ClientTiming
}

/** How long nothing may come, in ms. */
export interface ClientTiming {
  /** Of a stream. */
  readonly silenceMs: number
  /** Until a local model's first word: it may have to be loaded. */
  readonly loadingMs: number
  /** Until an answer that comes in one piece. */
  readonly wholeMs: number
}

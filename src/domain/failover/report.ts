import type { Hop } from './readiness.ts'

/** A chain, and how each of its hops is. */
export interface ChainReport {
  readonly profile: string
  readonly failover: boolean
  /** The gateway's URL; null: none runs, so that nothing fails over by itself. */
  readonly gateway: string | null
  readonly hops: readonly HopReport[]
}

export interface HopReport extends Hop {
  /** Of its window; null: unknown. */
  readonly contextTokens: number | null
  /** Null: it has not been asked yet, or no gateway runs. */
  readonly circuit: CircuitReport | null
}

export interface CircuitReport {
  /** `provider/model#CREDENTIAL`, where the last part tells keys apart and gives none away. */
  readonly target: string
  readonly state: 'closed' | 'open' | 'half-open'
  /** ISO 8601. */
  readonly since: string
  /** In words; null: closed. */
  readonly reason: string | null
  readonly failures: number
  /** ISO 8601; null: it is not waiting for one. */
  readonly nextProbe: string | null
  readonly lastOutcome: string | null
  readonly lastAt: string | null
}

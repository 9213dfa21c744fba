import type { Limit } from '../ledger/limits.ts'
import type { Model, Provider } from '../models/model.ts'

/** One hop of a chain: a provider and the exact model id to ask it for, as the user wrote it. */
export interface Target {
  readonly provider: Provider
  readonly model: string
  /** The catalogue's row. */
  readonly row: Model
}

/** A profile as the config file holds it; absent parts take the built-in's or the default value. */
export interface ProfileDefinition {
  readonly model?: string
  readonly failover?: boolean
  readonly chain?: readonly string[]
  readonly enforce?: boolean
  /** Such as `5/day,100/month`, in US dollars. */
  readonly limit?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface Profile {
  readonly name: string
  /** `model`: not a profile but an alias or a model id in a profile's place. */
  readonly kind: 'built-in' | 'user' | 'model'
  readonly target: Target
  /** Starts with `target`; of length 1 when failover is off. */
  readonly chain: readonly [Target, ...Target[]]
  readonly failover: boolean
  /** Every request is held to the chain, whatever model it names. */
  readonly enforce: boolean
  /** Of the money that all its requests together may cost. */
  readonly limits: readonly Limit[]
  readonly env: Readonly<Record<string, string>>
}

import { costOf } from '../costs/attempt-cost.ts'
import { STANDARD } from '../costs/terms.ts'
import type { Moved } from '../ledger/ledger.ts'
import type { Model } from '../models/model.ts'
import { withRulesOf } from './what-if.ts'

/** The model that an id, an alias or a profile meant at a time; null: none that is known. */
export type ModelNamed = (name: string, atMs: number) => Model | null

export interface SavedAmount {
  /** Below 0 where the other model was dearer. */
  readonly picoUsd: bigint
  readonly requests: number
  /** Of them those of which an amount is unknown; they are in no sum. */
  readonly unknown: number
}

/** By what moved the requests: a failure of the first choice, or a limit that was reached. */
export interface Saved {
  readonly failover: SavedAmount
  readonly limit: SavedAmount
}

const NONE: SavedAmount = { picoUsd: 0n, requests: 0, unknown: 0 }

export interface SavedCounter {
  add(answer: Moved): void
  result(): Saved
}

/**
 * What the same tokens would have cost where they were to go first, less what they did cost.
 * `modelOf` is the model that a name meant at a time; null: unknown.
 */
export function savings(modelOf: ModelNamed): SavedCounter {
  const saved = { failover: NONE, limit: NONE }
  return {
    add: (answer) => {
      const { movedBy } = answer
      const before = saved[movedBy]
      const amount = savingOf(answer, modelOf)
      saved[movedBy] = {
        picoUsd: before.picoUsd + (amount ?? 0n),
        requests: before.requests + 1,
        unknown: before.unknown + (amount === null ? 1 : 0),
      }
    },
    result: () => ({ ...saved }),
  }
}

function savingOf(answer: Moved, modelOf: ModelNamed): bigint | null {
  const { modelAsked: modelId, startedAtMs: atMs, usage, picoUsd } = answer
  const first = modelId === null ? null : modelOf(modelId, atMs)
  if (modelId === null || first === null || usage === null || picoUsd === null) return null
  const there = withRulesOf(first, usage, atMs)
  const cost = costOf(first, { modelId, usage: there, atMs, terms: STANDARD })
  return 'picoUsd' in cost ? cost.picoUsd - picoUsd : null
}

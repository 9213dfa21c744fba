import { costOf } from '../costs/attempt-cost.ts'
import { STANDARD } from '../costs/terms.ts'
import type { Moved } from '../ledger/ledger.ts'
import type { Model } from '../models/model.ts'
import { withRulesOf } from './what-if.ts'

/** What names mean, and how the prices of what they may mean differ. */
export interface NamedModels {
  /** The model that an id, an alias or a profile meant at a time; null: none that is known. */
  readonly modelOf: (name: string, atMs: number) => Model | null
  /** Every length of a prompt above which some model has another price. */
  readonly promptBounds: readonly number[]
}

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
  add(answers: Moved): void
  result(): Saved
}

/**
 * What the same tokens would have cost where they were to go first, less what they did cost. Where a
 * price is no whole number of pico-dollars a token, it is rounded once for all that are alike.
 */
export function savings({ modelOf }: Pick<NamedModels, 'modelOf'>): SavedCounter {
  const saved = { failover: NONE, limit: NONE }
  return {
    add: (answers) => {
      const { movedBy, requests } = answers
      const before = saved[movedBy]
      const amount = savingOf(answers, modelOf)
      saved[movedBy] = {
        picoUsd: before.picoUsd + (amount ?? 0n),
        requests: before.requests + requests,
        unknown: before.unknown + (amount === null ? requests : 0),
      }
    },
    result: () => ({ ...saved }),
  }
}

function savingOf(answers: Moved, modelOf: NamedModels['modelOf']): bigint | null {
  const { modelAsked: modelId, dayMs: atMs, promptTokens, usage, picoUsd } = answers
  const first = modelId === null ? null : modelOf(modelId, atMs)
  if (modelId === null || first === null || usage === null || picoUsd === null) return null
  const there = withRulesOf(first, usage, atMs, promptTokens)
  const cost = costOf(first, { modelId, usage: there, atMs, terms: STANDARD, promptTokens })
  return 'picoUsd' in cost ? cost.picoUsd - picoUsd : null
}

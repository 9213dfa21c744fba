import { costOf } from '../costs/attempt-cost.ts'
import { STANDARD } from '../costs/terms.ts'
import type { Usage } from '../costs/usage.ts'
import type { Model } from '../models/model.ts'
import { withRulesOf } from './what-if.ts'

/** An answer of another model than the one that was asked first. */
export interface MovedAnswer {
  readonly movedBy: 'failover' | 'limit'
  /** As the client named it: an id, an alias or a profile. */
  readonly modelAsked: string
  readonly startedAtMs: number
  readonly usage: Usage | null
  readonly picoUsd: bigint | null
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

/**
 * What the same tokens would have cost where they were to go first, less what they did cost.
 * `modelOf` is the model that a name meant at a time; null: unknown.
 */
export function savedBy(
  answers: Iterable<MovedAnswer>,
  modelOf: (name: string, atMs: number) => Model | null,
): Saved {
  const saved = { failover: NONE, limit: NONE }
  for (const answer of answers) {
    const before = saved[answer.movedBy]
    const amount = savingOf(answer, modelOf(answer.modelAsked, answer.startedAtMs))
    saved[answer.movedBy] = {
      picoUsd: before.picoUsd + (amount ?? 0n),
      requests: before.requests + 1,
      unknown: before.unknown + (amount === null ? 1 : 0),
    }
  }
  return saved
}

function savingOf(answer: MovedAnswer, first: Model | null): bigint | null {
  const { modelAsked: modelId, startedAtMs: atMs, usage, picoUsd } = answer
  if (first === null || usage === null || picoUsd === null) return null
  const there = withRulesOf(first, usage, atMs)
  const cost = costOf(first, { modelId, usage: there, atMs, terms: STANDARD })
  return 'picoUsd' in cost ? cost.picoUsd - picoUsd : null
}

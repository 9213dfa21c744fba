import { outcomeOfProblem, outcomeOfRefusal, WORDS } from '../domain/failover/classify.ts'
import type { Outcome } from '../domain/failover/outcome.ts'
import type { AttemptResult } from './attempt-parts.ts'

/** What the engine is told of an attempt. */
export function outcomeOf(result: AttemptResult, nowMs: number): Outcome {
  if (result.kind === 'refused') {
    const { status, problem, headers } = result
    const lookup = (name: string) => {
      const value = headers[name]
      return typeof value === 'string' ? value : value?.[0]
    }
    return outcomeOfRefusal(status, problem, lookup, nowMs)
  }
  if (result.kind !== 'failed') return plain(result.kind)
  if (result.how === 'problem') return outcomeOfProblem(result.problem, nowMs)
  return { ...plain(result.how), retries: result.isReset }
}

function plain(kind: keyof typeof WORDS): Outcome {
  return { class: kind, retryAfterMs: null, reason: WORDS[kind] }
}

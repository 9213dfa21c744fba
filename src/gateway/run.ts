import type { Course } from '../domain/failover/course.ts'
import type { LimitOn, Refusal } from '../domain/ledger/limits.ts'
import type { Problem } from '../domain/wire/problem.ts'
import type { Answer } from './answer.ts'
import type { Asked } from './asked.ts'
import type { Refused } from './attempt-parts.ts'
import type { Exchange } from './exchange.ts'
import type { RequestHop } from './hops.ts'
import type { Shared } from './shared.ts'

/** One request on its way through its hops. */
export interface Run {
  readonly shared: Shared
  readonly exchange: Exchange
  readonly asked: Asked
  readonly hops: readonly RequestHop[]
  readonly answer: Answer
  /** Those that its spending counts under. */
  readonly limits: readonly LimitOn[]
  course: Course
  /** What each hop that refused said, the last time. */
  refusals: ReadonlyMap<number, Refused>
  /** The hops that a limit forbids. */
  forbidden: ReadonlyMap<number, Refusal>
  /** The hops that the request cannot be written for, and what is wrong with it there. */
  faults: ReadonlyMap<number, Problem>
  /** What the client and the events are told, as far as it is known then. */
  readonly told: {
    target: string | null
    attempts: number
    dropped: readonly string[]
    /** Of all attempts together; null is unknown. */
    picoUsd: bigint | null
    overheadMs: number | null
  }
  /** How long the hop that answers took until its first content. */
  upstreamMs: number
}

export function nameOf({ target }: RequestHop): string {
  return `${target.provider}/${target.model}`
}

import type { Course } from '../domain/failover/course.ts'
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
  course: Course
  /** What each hop that refused said, the last time. */
  readonly refusals: Map<number, Refused>
  /** What the client is told in headers, as far as it is known when they go. */
  readonly told: { target: string | null; attempts: number; dropped: readonly string[] }
  /** How long the hop that answers took until its first content. */
  upstreamMs: number
}

export function nameOf({ target }: RequestHop): string {
  return `${target.provider}/${target.model}`
}

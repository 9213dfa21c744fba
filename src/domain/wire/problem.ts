/** What is read of what an upstream says of it. */
export const MAX_PROBLEM_BYTES = 1 << 20

/** What an upstream, or the gateway itself, refused or failed to do, in no format. */
export interface Problem {
  readonly kind: ProblemKind
  /** In the upstream's own words, where it has any. */
  readonly message: string
  /** The upstream's own code, such as `insufficient_quota`; null: none. */
  readonly code: string | null
}

export type ProblemKind =
  | 'invalid-request'
  /** The prompt alone is longer than the model's window. */
  | 'context-too-long'
  | 'too-large'
  | 'authentication'
  | 'permission'
  /** No credit, a spend limit, a quota: waiting does not help. */
  | 'billing'
  | 'model-not-found'
  | 'not-found'
  | 'rate-limit'
  | 'overloaded'
  | 'timeout'
  | 'unavailable'
  | 'api'

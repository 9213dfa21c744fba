/**
 * The tokens of one attempt, each counted in one class only, whichever convention the provider has.
 * Where a provider does not say, the whole is null, never 0.
 */
export interface Usage {
  /** Of the prompt, neither read from nor written to a cache. */
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  /** Reasoning included. */
  readonly output: number
  /** Calls of tools that the provider runs and bills by the call. */
  readonly webSearches: number
  readonly webFetches: number
}

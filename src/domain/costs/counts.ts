import type { Usage } from './usage.ts'

/** No request and no session has as many; whatever says so is broken. */
const MAX_COUNT = 1e12

export const NO_USAGE: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  webSearches: 0,
  webFetches: 0,
}

/** Counts that can be: whole, not negative, and fewer than anyone ever sent. */
export function isPlausible(usage: Usage): boolean {
  return (
    isCount(usage.input) &&
    isCount(usage.output) &&
    isCount(usage.cacheRead) &&
    isCount(usage.cacheWrite5m) &&
    isCount(usage.cacheWrite1h) &&
    isCount(usage.webSearches) &&
    isCount(usage.webFetches)
  )
}

/** What decides the price band. */
export function promptTokens({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Usage): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h
}

export function allTokens(usage: Usage): number {
  return promptTokens(usage) + usage.output
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT
}

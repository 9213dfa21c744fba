import { DEFAULT_NUMBERS, type CircuitNumbers } from './circuit.ts'

/** All that failover counts and waits for. */
export interface FailoverNumbers extends CircuitNumbers {
  /** Without any event of an upstream. */
  readonly silenceMs: number
  /** The same of a local model, which may be loading or at work on a tool call. */
  readonly loadingMs: number
  /** Until an answer that is to come in one piece, of which nothing is heard before. */
  readonly wholeMs: number
  /** For how long a conversation that has left Claude stays where it went. */
  readonly awayMs: number
}

export const DEFAULT_FAILOVER: FailoverNumbers = {
  ...DEFAULT_NUMBERS,
  silenceMs: 60_000,
  loadingMs: 360_000,
  // Half of what the providers' own clients wait, so that the next hop has its turn.
  wholeMs: 300_000,
  awayMs: 300_000,
}

/** What a person writes: a whole number from `least` to `most`, in a unit that is `factor` of ours. */
interface NumberSetting {
  readonly sets: keyof FailoverNumbers
  readonly factor: number
  readonly least: number
  readonly most: number
}

const SECONDS = 1000
const HOUR = 3600
const DAY = 86_400

export const NUMBER_SETTINGS: Readonly<Record<string, NumberSetting>> = {
  failures: { sets: 'failures', factor: 1, least: 1, most: 1000 },
  failurePercent: { sets: 'share', factor: 0.01, least: 1, most: 100 },
  failureMinimum: { sets: 'minimum', factor: 1, least: 1, most: 10_000 },
  windowSeconds: { sets: 'windowMs', factor: SECONDS, least: 10, most: HOUR },
  openSeconds: { sets: 'openMs', factor: SECONDS, least: 1, most: HOUR },
  maxOpenSeconds: { sets: 'maxOpenMs', factor: SECONDS, least: 1, most: DAY },
  maxRetryAfterSeconds: { sets: 'maxRetryAfterMs', factor: SECONDS, least: 1, most: DAY },
  silenceSeconds: { sets: 'silenceMs', factor: SECONDS, least: 1, most: HOUR },
  loadingSeconds: { sets: 'loadingMs', factor: SECONDS, least: 1, most: HOUR },
  wholeSeconds: { sets: 'wholeMs', factor: SECONDS, least: 1, most: HOUR },
  awaySeconds: { sets: 'awayMs', factor: SECONDS, least: 0, most: DAY },
}

/** What was set, as `NUMBER_SETTINGS` names it, and of the rest what is so anyway. */
export function failoverNumbers(given: Readonly<Partial<Record<string, number>>>): FailoverNumbers {
  const changes = Object.entries(NUMBER_SETTINGS).flatMap(([name, { sets, factor }]) => {
    const value = given[name]
    return value === undefined ? [] : [[sets, value * factor] as const]
  })
  return { ...DEFAULT_FAILOVER, ...Object.fromEntries(changes) }
}

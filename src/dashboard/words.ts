import { parseFraction } from '../domain/costs/fraction.ts'
import { picoOf } from '../domain/costs/pico.ts'
import { usdOfPico } from '../ui/money.ts'

/** A decimal amount of dollars, exactly; null: unknown. */
export function picoIn(usd: string | null): bigint | null {
  if (usd === null) return null
  const value = parseFraction(usd)
  return value === null ? null : picoOf(value)
}

/** `$12.30`, `$0.0034`, `unknown`. */
export function moneyText(usd: string | null): string {
  return usdOfPico(picoIn(usd))
}

/** `850 ms`, `2.1 s`, `1 min 3 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `0:23`, `4:07`: how long is left. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

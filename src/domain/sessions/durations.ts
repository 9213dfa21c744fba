const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `30s`, `500ms`, `1.5h`; a bare number is seconds. Null: no such text, or nothing to wait for. */
export function parseDurationMs(text: string): number | null {
  const [, number = '', unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text) ?? []
  const duration = Math.round(Number(number) * (UNIT_MS[unit] ?? 0))
  return duration > 0 ? duration : null
}

/** `now`, `3 min ago`; a clock that was put back shows no future. */
export function describeAge(then: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - then.getTime()) / 1000)
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} days ago`
}

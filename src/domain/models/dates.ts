import type { IsoDate } from './model.ts'

const DAY_MS = 86_400_000

/** A real calendar day written `YYYY-MM-DD`, or null. */
export function parseIsoDate(text: string): IsoDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const time = Date.parse(`${text}T00:00:00Z`)
  // 2026-02-30 parses in some engines, as a day in March.
  return Number.isNaN(time) || isoDate(new Date(time)) !== text ? null : text
}

/** The day in UTC, from the year 0 on; after 9999 as `+010000-01-01`, which is what can be parsed. */
export function isoDate(instant: Date): IsoDate {
  const [year, month] = [instant.getUTCFullYear(), instant.getUTCMonth() + 1]
  return `${year > 9999 ? `+${digits(year, 6)}` : digits(year, 4)}-${digits(month, 2)}-${digits(instant.getUTCDate(), 2)}`
}

/**
 * As `toISOString` has it, for what is to start fast: that looks for the machine's time zone, though
 * it needs none, which costs a process 0.2 ms.
 */
export function isoTime(instant: Date): string {
  const [hours, minutes] = [instant.getUTCHours(), instant.getUTCMinutes()]
  const [seconds, ms] = [instant.getUTCSeconds(), instant.getUTCMilliseconds()]
  const time = `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(seconds, 2)}`
  return `${isoDate(instant)}T${time}.${digits(ms, 3)}Z`
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return isoDate(new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS))
}

import type { IsoDate } from './model.ts'

const DAY_MS = 86_400_000

/** A real calendar day written `YYYY-MM-DD`, or null. */
export function parseIsoDate(text: string): IsoDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const time = Date.parse(`${text}T00:00:00Z`)
  // 2026-02-30 parses in some engines, as a day in March.
  return Number.isNaN(time) || isoDate(new Date(time)) !== text ? null : text
}

export function isoDate(instant: Date): IsoDate {
  return instant.toISOString().slice(0, 10)
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return isoDate(new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS))
}

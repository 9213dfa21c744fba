import type { IsoDate } from '../models/model.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of a moment, in a zone of the time-zone database. */
export function dayOf(timeZone: string, ms: number): IsoDate {
  return new Date(ms + offsetMs(timeZone, ms)).toISOString().slice(0, 10)
}

/** Midnight; where the clocks skip it, the first moment after. */
export function startOfDay(timeZone: string, day: IsoDate): number {
  return momentOf(timeZone, `${day}T00:00`)
}

/**
 * The moment at which clocks there show `YYYY-MM-DDTHH:MM`: the first of two, and of a time that they
 * skip the moment at which they do.
 */
export function momentOf(timeZone: string, local: string): number {
  const shown = Date.parse(`${local}Z`)
  const around = [shown - DAY_MS, shown + DAY_MS].map((ms) => shown - offsetMs(timeZone, ms))
  const fitting = around.filter((ms) => ms + offsetMs(timeZone, ms) === shown)
  return fitting.length > 0 ? Math.min(...fitting) : firstMomentAfter(timeZone, shown, around)
}

/** The clocks jump over `shown`: between the two candidates. */
function firstMomentAfter(timeZone: string, shown: number, around: readonly number[]): number {
  let [before, after] = [Math.min(...around) - MINUTE_MS, Math.max(...around)]
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / MINUTE_MS / 2) * MINUTE_MS
    if (middle + offsetMs(timeZone, middle) > shown) after = middle
    else before = middle
  }
  return after
}

/** How far local time is ahead of UTC. @throws RangeError where there is no such zone. */
function offsetMs(timeZone: string, ms: number): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    formats.set(timeZone, format)
  }
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  // `GMT+05:30`; `GMT` alone is none.
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
  return sign === '-' ? -offset : offset
}

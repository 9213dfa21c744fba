import { addDays, isoDate } from '../models/dates.ts'
import type { IsoDate } from '../models/model.ts'
import { DAY_MS, QUARTER_MS, quartersOf, type Range } from './spans.ts'

const MINUTE_MS = 60_000
/** No zone changes its offset twice within. */
const STEP_MS = 7 * DAY_MS

/** Before the bucket `until` local time is this much ahead of UTC. */
export interface OffsetStep {
  readonly until: number
  readonly quarters: number
}

/** This machine's zone, which costs a tenth of any that is named. */
export const LOCAL_ZONE = 'local'

/** `local` where it has none, as of TZ=UTC+3. Asking for its own name costs a process 15 ms. */
export function zoneName(timeZone: string): string {
  if (timeZone !== LOCAL_ZONE) return timeZone
  // The type does not say that it may be missing.
  const { timeZone: name }: { readonly timeZone?: string } = Intl.DateTimeFormat().resolvedOptions()
  return name === undefined || name === 'Etc/Unknown' ? LOCAL_ZONE : name
}

/** Whether the name is one of the time-zone database, or `local`. */
export function isTimeZone(name: string): boolean {
  try {
    return offsetMs(name, 0) === offsetMs(name, 0)
  } catch {
    return false
  }
}

/** How far local time is ahead of UTC, by the quarters of the range. */
export function offsetSteps(timeZone: string, range: Range): OffsetStep[] {
  const { from, to } = quartersOf(range)
  const offsetAt = (bucket: number) => offsetMs(timeZone, bucket * QUARTER_MS) / QUARTER_MS
  const steps: OffsetStep[] = []
  let quarters = offsetAt(from)
  for (let bucket = from; bucket < to; bucket += STEP_MS / QUARTER_MS) {
    const next = Math.min(bucket + STEP_MS / QUARTER_MS, to)
    if (offsetAt(next) === quarters) continue
    steps.push({ until: firstOther(bucket, next, (at) => offsetAt(at) !== quarters), quarters })
    quarters = offsetAt(next)
  }
  return [...steps, { until: to, quarters }]
}

/** The first for which it holds; it does for `high`, and not for `low`. */
function firstOther(low: number, high: number, holds: (at: number) => boolean): number {
  if (high - low <= 1) return high
  const middle = Math.floor((low + high) / 2)
  return holds(middle) ? firstOther(low, middle, holds) : firstOther(middle, high, holds)
}

/** The calendar day of a moment. */
export function dayOf(timeZone: string, ms: number): IsoDate {
  return isoDate(new Date(ms + offsetMs(timeZone, ms)))
}

/** The local day that holds the moment: its first ms, and that of the next. */
export function localDay(timeZone: string, nowMs: number): Range {
  const day = dayOf(timeZone, nowMs)
  return { sinceMs: startOfDay(timeZone, day), untilMs: startOfDay(timeZone, addDays(day, 1)) }
}

export function localMonth(timeZone: string, nowMs: number): Range {
  const first = `${dayOf(timeZone, nowMs).slice(0, 8)}01`
  // The 32nd day after the first of a month is in the next one.
  const next = `${addDays(first, 31).slice(0, -2)}01`
  return { sinceMs: startOfDay(timeZone, first), untilMs: startOfDay(timeZone, next) }
}

/** Midnight; where the clocks skip it, the first moment after. */
export function startOfDay(timeZone: string, day: IsoDate): number {
  return momentOf(timeZone, `${day}T00:00`)
}

/**
 * The moment at which clocks there show `YYYY-MM-DDTHH:MM`, or that with seconds: the first of two,
 * and of a time that they skip the moment at which they do.
 */
export function momentOf(timeZone: string, local: string): number {
  const shown = Date.parse(`${local}Z`)
  const around = [shown - DAY_MS, shown + DAY_MS].map((ms) => shown - offsetMs(timeZone, ms))
  const fitting = around.filter((ms) => ms + offsetMs(timeZone, ms) === shown)
  if (fitting.length > 0) return Math.min(...fitting)
  const low = Math.floor(Math.min(...around) / MINUTE_MS) - 1
  const high = Math.ceil(Math.max(...around) / MINUTE_MS)
  const isAfter = (minute: number) =>
    minute * MINUTE_MS + offsetMs(timeZone, minute * MINUTE_MS) > shown
  return firstOther(low, high, isAfter) * MINUTE_MS
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** As `GMT+05:30`; `GMT` alone is none. @throws RangeError for no time zone. */
function offsetMs(timeZone: string, ms: number): number {
  if (timeZone === LOCAL_ZONE) return wholeQuarters(new Date(ms).getTimezoneOffset() * -MINUTE_MS)
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    formats.set(timeZone, format)
  }
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
  return wholeQuarters(sign === '-' ? -offset : offset)
}

/** Before 1972 some offsets were no quarters; nothing was metered then. */
function wholeQuarters(offset: number): number {
  // Never -0.
  return Math.round(offset / QUARTER_MS) * QUARTER_MS || 0
}

import { QUARTER_MS, quartersOf, type Range } from './spans.ts'

const DAY_MS = 86_400_000
/** No zone changes its offset twice within. */
const STEP_MS = 7 * DAY_MS

/** Before the bucket `until` local time is this much ahead of UTC. */
export interface OffsetStep {
  readonly until: number
  readonly quarters: number
}

/** Whether the name is one of the time-zone database. */
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

/** The local day that holds the moment: its first ms, and that of the next. */
export function localDay(timeZone: string, nowMs: number): Range {
  const day = localDayNumber(timeZone, nowMs)
  return { sinceMs: startOf(timeZone, day), untilMs: startOf(timeZone, day + 1) }
}

export function localMonth(timeZone: string, nowMs: number): Range {
  const day = new Date(localDayNumber(timeZone, nowMs) * DAY_MS)
  const first = (months: number) =>
    Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months) / DAY_MS
  return { sinceMs: startOf(timeZone, first(0)), untilMs: startOf(timeZone, first(1)) }
}

/** Counted from 1970-01-01, as that zone's calendar has it. */
function localDayNumber(timeZone: string, ms: number): number {
  return Math.floor((ms + offsetMs(timeZone, ms)) / DAY_MS)
}

/** Midnight, or where the clocks skip it the first moment after; the second where it comes twice. */
function startOf(timeZone: string, day: number): number {
  const midnight = day * DAY_MS
  const candidates = [midnight - DAY_MS, midnight + DAY_MS].map(
    (about) => midnight - offsetMs(timeZone, about),
  )
  const fitting = candidates.filter((ms) => localDayNumber(timeZone, ms) === day)
  return Math.min(...(fitting.length > 0 ? fitting : candidates))
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** As `GMT+05:30`; `GMT` alone is none. @throws RangeError for no time zone. */
function offsetMs(timeZone: string, ms: number): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    formats.set(timeZone, format)
  }
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  // Before 1972 some offsets were no quarters; nothing was metered then.
  const whole = Math.round(offset / QUARTER_MS) * QUARTER_MS
  return sign === '-' ? -whole : whole
}

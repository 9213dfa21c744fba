import { LlmselError } from '../errors.ts'
import type { Range } from '../ledger/spans.ts'
import { dayOf, isTimeZone, momentOf, startOfDay } from '../ledger/time-zone.ts'
import { addDays, parseIsoDate } from '../models/dates.ts'
import type { IsoDate } from '../models/model.ts'

export interface PeriodOptions {
  readonly since: string
  /** Null: until now. */
  readonly until: string | null
  /** A name, or `local`. */
  readonly timeZone: string
  readonly nowMs: number
}

type Place = Pick<PeriodOptions, 'timeZone' | 'nowMs'>

const HINT = {
  hint: 'write 7d, 12h, today, yesterday, 2026-11, 2026-11-01 or 2026-11-01T09:30',
}

/** A later moment has, in some time zone, a year of five digits; no request is so late. */
const END_MS = Date.UTC(9999, 11, 31)

const FACTOR_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000 }
const FACTOR_DAYS: Readonly<Record<string, number>> = { d: 1, w: 7 }

/**
 * What `--since` and `--until` name. Days are those of the time zone, and whole: `7d` begins with the
 * midnight six days ago, so that it is seven with today; `--until` a day or a month includes it.
 * @throws LlmselError `usage` naming the option.
 */
export function parsePeriod({ since, until, ...place }: PeriodOptions): Range {
  const checked = { ...place, timeZone: requireTimeZone(place.timeZone) }
  const sinceMs = parseMoment(since, '--since', checked).startMs
  const untilMs = until === null ? place.nowMs : parseUntil(until, checked)
  if (sinceMs < untilMs) return { sinceMs, untilMs }
  const what = until === null ? 'is yet to come' : `is not before --until "${until}"`
  throw new LlmselError('usage', `--since "${since}" ${what}`)
}

function parseUntil(text: string, place: Place): number {
  return Math.min(parseMoment(text, '--until', place).endMs, END_MS)
}

interface Span {
  readonly startMs: number
  /** Of a moment the same. */
  readonly endMs: number
}

function parseMoment(text: string, option: string, place: Place): Span {
  const span =
    ago(text, place) ?? namedDay(text, place) ?? calendar(text, place) ?? exact(text, place)
  if (span !== null) return span
  throw new LlmselError('usage', `${option}: "${text.slice(0, 40)}" is no time`, HINT)
}

/** `90m` and `12h` to the minute, `7d` and `2w` by whole days. */
function ago(text: string, { timeZone, nowMs }: Place): Span | null {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? []
  if (unit === '') return null
  const days = FACTOR_DAYS[unit]
  if (days === undefined) return moment(nowMs - Number(digits) * (FACTOR_MS[unit] ?? 0))
  const first = addDays(dayOf(timeZone, nowMs), 1 - Number(digits) * days)
  return moment(startOfDay(timeZone, first))
}

function namedDay(text: string, { timeZone, nowMs }: Place): Span | null {
  const today = dayOf(timeZone, nowMs)
  if (text === 'today') return days(timeZone, today, addDays(today, 1))
  return text === 'yesterday' ? days(timeZone, addDays(today, -1), today) : null
}

/** A day or a month. */
function calendar(text: string, { timeZone }: Place): Span | null {
  const day = parseIsoDate(text)
  if (day !== null) return days(timeZone, day, addDays(day, 1))
  const month = parseIsoDate(`${text}-01`)
  // The 32nd day after the first of a month is in the next one.
  return month === null ? null : days(timeZone, month, `${addDays(month, 31).slice(0, -2)}01`)
}

/** A time of day there, or anywhere with its offset. */
function exact(text: string, { timeZone }: Place): Span | null {
  const [, day = '', time = '', offset] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text) ??
    []
  if (parseIsoDate(day) === null) return null
  const ms = Date.parse(`${day}T${time}${offset ?? 'Z'}`)
  if (Number.isNaN(ms)) return null
  return moment(offset === undefined ? momentOf(timeZone, `${day}T${time}`) : ms)
}

function days(timeZone: string, first: IsoDate, next: IsoDate): Span {
  return { startMs: startOfDay(timeZone, first), endMs: startOfDay(timeZone, next) }
}

function moment(ms: number): Span {
  return { startMs: ms, endMs: ms }
}

function requireTimeZone(timeZone: string): string {
  if (isTimeZone(timeZone)) return timeZone
  throw new LlmselError('usage', `--timezone: "${timeZone.slice(0, 40)}" is no time zone`, {
    hint: 'write a name such as Europe/Berlin or UTC',
  })
}

import { addDays } from '../domain/models/dates.ts'
import { dayOf } from '../domain/ledger/time-zone.ts'
import type { SpentReport } from '../domain/reports/spent-report.ts'
import { usdOfPico } from '../ui/money.ts'
import type { LimitReport, LimitWarning } from './api.ts'
import { countText, moneyText, picoIn } from './words.ts'

/** Amounts of each day, by model, those with the largest sums first. */
export interface DayStack {
  /** `2026-11-22`, without a gap. */
  readonly days: readonly string[]
  readonly models: readonly ModelDays[]
  readonly totals: readonly bigint[]
}

interface ModelDays {
  readonly model: string
  /** As many as there are days. */
  readonly picoUsd: readonly bigint[]
  readonly total: bigint
}

export type Amount = 'usd' | 'includedUsd'

/** More cannot be told apart; the rest is one. */
const MOST_MODELS = 6
export const OTHERS = 'other models'

export function dayStack(report: SpentReport, amount: Amount): DayStack {
  const days = daysOf(report)
  const places = new Map(days.map((day, index) => [day, index]))
  const sums = new Map<string, bigint[]>()
  for (const row of report.rows) {
    const place = places.get(row.key ?? '')
    const pico = picoIn(row[amount])
    if (place === undefined || pico === null || pico === 0n) continue
    const model = row.split ?? 'unknown'
    const values = sums.get(model) ?? days.map(() => 0n)
    values[place] = (values[place] ?? 0n) + pico
    sums.set(model, values)
  }
  const all = [...sums]
    .map(([model, picoUsd]) => ({ model, picoUsd, total: sumOf(picoUsd) }))
    .toSorted((a, b) => (a.total === b.total ? 0 : a.total < b.total ? 1 : -1))
  const models = all.length <= MOST_MODELS ? all : withOthers(all)
  return { days, models, totals: addedUp(models, days.length) }
}

function withOthers(all: readonly ModelDays[]): readonly ModelDays[] {
  const rest = all.slice(MOST_MODELS - 1)
  const picoUsd = addedUp(rest, rest[0]?.picoUsd.length ?? 0)
  return [...all.slice(0, MOST_MODELS - 1), { model: OTHERS, picoUsd, total: sumOf(picoUsd) }]
}

function addedUp(models: readonly ModelDays[], length: number): bigint[] {
  return Array.from({ length }, (_, index) =>
    models.reduce((sum, { picoUsd }) => sum + (picoUsd[index] ?? 0n), 0n),
  )
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}

function daysOf({ since, until, timeZone }: SpentReport): readonly string[] {
  const last = dayOf(timeZone, Date.parse(until) - 1)
  const days = [dayOf(timeZone, Date.parse(since))]
  for (let day = days[0] ?? last; day < last;) days.push((day = addDays(day, 1)))
  return days
}

/** A row of a table with bars. */
export interface ShareRow {
  readonly name: string
  readonly amount: string
  readonly note: string
  /** Of the largest, 0 to 1. */
  readonly share: number
}

/** The dearest first; those that a subscription paid by their list value. */
export function shareRows({ rows }: SpentReport, most: number): readonly ShareRow[] {
  const known = rows.map((row) => {
    const [paid, included] = [picoIn(row.usd), picoIn(row.includedUsd) ?? 0n]
    return { row, paid, size: (paid ?? 0n) + included, included }
  })
  const largest = known.reduce((top, { size }) => (size > top ? size : top), 0n)
  const shown = known.toSorted((a, b) => (a.size === b.size ? 0 : a.size < b.size ? 1 : -1))
  return shown.slice(0, most).map(({ row, paid, included, size }) => ({
    name: row.key ?? 'outside of any',
    amount: paid === 0n && included > 0n ? usdOfPico(included) : usdOfPico(paid),
    note: noteOf(row, paid === 0n && included > 0n),
    share: largest === 0n ? 0 : Number((size * 1000n) / largest) / 1000,
  }))
}

function noteOf(
  { requests, unpricedRequests }: SpentReport['rows'][number],
  isIncluded: boolean,
): string {
  const notes = [countText(requests, 'request')]
  if (isIncluded) notes.push('included')
  if (unpricedRequests > 0) notes.push(`${unpricedRequests} of unknown price`)
  return notes.join(', ')
}

export interface LimitBar {
  readonly name: string
  readonly words: string
  /** 0 to 1. */
  readonly share: number
  readonly tone: 'good' | 'near' | 'over'
  readonly untilMs: number
}

const NEAR = 0.8

/** `session crawler has spent 80 % of its $5.00 a day`. */
export function warningText({ scope, name, limit, percent }: LimitWarning): string {
  const [usd = '', per = 'day'] = limit.split('/')
  const whole = `${moneyText(usd)} a ${per}`
  return percent >= 100
    ? `${scope} ${name} has spent its ${whole}: it goes on with what is free`
    : `${scope} ${name} has spent ${percent} % of its ${whole}`
}

/** What the warning says at once, before the gateway is asked how much it is. */
export function warned(
  limits: readonly LimitReport[],
  { scope, name, limit, percent }: LimitWarning,
): readonly LimitReport[] {
  return limits.map((each) =>
    each.scope === scope && each.name === name && each.limit === limit
      ? { ...each, fraction: Math.max(each.fraction, percent / 100) }
      : each,
  )
}

/** The one that is nearest to its end first. */
export function limitBars(limits: readonly LimitReport[]): readonly LimitBar[] {
  return limits
    .toSorted((a, b) => b.fraction - a.fraction)
    .map(({ scope, name, limit, limitUsd, spentUsd, fraction, untilMs }) => ({
      name: `${scope} ${name}`,
      words: `${moneyText(spentUsd)} of ${moneyText(limitUsd)} a ${limit.split('/')[1] ?? 'day'}`,
      share: Math.min(Math.max(fraction, 0), 1),
      tone: fraction >= 1 ? 'over' : fraction >= NEAR ? 'near' : 'good',
      untilMs,
    }))
}

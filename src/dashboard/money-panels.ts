import type { SpentReport } from '../domain/reports/spent-report.ts'
import type { WhatIfReport } from '../domain/reports/what-if-report.ts'
import type { LimitReport, LimitWarning } from './api.ts'
import { dayChart } from './day-chart.ts'
import { el, refill } from './dom.ts'
import { bar, NO_LEDGER, nothing, panel, whenChanged, type Panel } from './panel.ts'
import {
  dayStack,
  limitBars,
  shareRows,
  warned,
  type Amount,
  type DayStack,
  type ShareRow,
} from './spending.ts'
import { comparisonOf, type Comparison } from './what-if.ts'

/** How far back the charts look. */
const PERIODS = [
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', 'a year'],
] as const

const MOST_ROWS = 6

export interface SpendPanel extends Panel {
  /** As the gateway is asked for it: `30d`. */
  since(): string
  /** Null: there is no ledger. */
  show(report: SpentReport | null): void
}

/** What was spent each day, by model. */
export function spendPanel(changed: () => void): SpendPanel {
  const parts = panel('spend', 'Spent by day')
  const chart = dayChart()
  let [since, amount]: [string, Amount] = ['30d', 'usd']
  let last: SpentReport | null = null
  const drawStack = whenChanged((stack: DayStack | null) => {
    if (stack === null) return refill(parts.body, nothing(NO_LEDGER))
    if (stack.models.length === 0) return refill(parts.body, nothing('nothing in this time'))
    if (chart.element.parentElement === null) refill(parts.body, chart.element)
    chart.show(stack)
  })
  const draw = () => drawStack(last === null ? null : dayStack(last, amount))
  const periods = choice('period', PERIODS, since, (value) => {
    since = value
    changed()
  })
  const amounts = choice('amounts', AMOUNTS, amount, (value) => {
    amount = value === 'usd' ? 'usd' : 'includedUsd'
    draw()
  })
  amounts.hidden = true
  parts.aside.append(amounts, periods)
  return {
    ...parts,
    since: () => since,
    show: (report) => {
      amounts.hidden = (report?.total.includedRequests ?? 0) === 0
      last = report
      draw()
    },
  }
}

const AMOUNTS = [
  ['usd', 'paid'],
  ['includedUsd', 'included'],
] as const

/** One of a few, as radio buttons: arrows move between them. */
function choice(
  name: string,
  values: readonly (readonly [string, string])[],
  first: string,
  chosen: (value: string) => void,
): HTMLElement {
  const inputs = values.map(([value, text]) => {
    const input = el('input', { type: 'radio', name, value, checked: value === first })
    input.addEventListener('change', () => chosen(value))
    return el('label', {}, input, el('span', {}, text))
  })
  return el('fieldset', { class: 'choice' }, el('legend', { class: 'hidden' }, name), ...inputs)
}

export interface PremiumPanel extends Panel {
  show(report: WhatIfReport | null): void
}

/** What the routing saves: the same requests, all on the premium model. */
export function premiumPanel(): PremiumPanel {
  const parts = panel('premium', 'Against all premium')
  const show = whenChanged((report: WhatIfReport | null) => refill(parts.body, ...compared(report)))
  return { ...parts, show }
}

function compared(report: WhatIfReport | null): readonly HTMLElement[] {
  if (report === null) return [nothing(NO_LEDGER)]
  const found = report.models.flatMap((row) => comparisonOf(row) ?? [])
  if (found.length === 0) return [nothing('no request that could be compared')]
  const notes = found.flatMap((comparison) => comparison.notes)
  const list = el('ul', { class: 'notes' }, ...notes.map((note) => el('li', {}, note)))
  return [...found.flatMap(comparisonLines), ...(notes.length === 0 ? [] : [list])]
}

function comparisonLines(comparison: Comparison): readonly HTMLElement[] {
  const { model, kind, spent, there, verdict, percent, spentShare, thereShare } = comparison
  const line = (name: string, amount: string, share: number, tone: string) =>
    el(
      'div',
      { class: 'line' },
      el('span', { class: 'name' }, name),
      bar(share, tone),
      el('span', { class: 'amount' }, amount),
    )
  return [
    line(kind === 'paid' ? 'spent' : 'included', spent, spentShare, 'spent'),
    line(`all on ${model}`, there, thereShare, 'there'),
    percent === null
      ? el('p', { class: 'verdict' }, verdict)
      : el('p', { class: 'verdict saves' }, `${verdict}, ${percent} %`),
  ]
}

export interface TodayPanel extends Panel {
  show(models: SpentReport | null, sessions: SpentReport | null): void
}

/** What is being spent today, and by whom. */
export function todayPanel(): TodayPanel {
  const parts = panel('today', 'Today')
  const draw = (tables: { readonly title: string; readonly rows: readonly ShareRow[] }[] | null) =>
    refill(
      parts.body,
      ...(tables === null ? [nothing(NO_LEDGER)] : tables.map((table) => shareTable(table))),
    )
  const show = whenChanged(draw)
  return {
    ...parts,
    show: (models, sessions) =>
      show(
        models === null || sessions === null
          ? null
          : [
              { title: 'model', rows: shareRows(models, MOST_ROWS) },
              { title: 'session', rows: shareRows(sessions, MOST_ROWS) },
            ],
      ),
  }
}

function shareTable({
  title,
  rows,
}: {
  readonly title: string
  readonly rows: readonly ShareRow[]
}): HTMLElement {
  if (rows.length === 0) return nothing(`nothing by any ${title} yet`)
  const line = ({ name, amount, note, share }: ShareRow) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name, el('span', { class: 'note' }, note)),
      el('td', { class: 'level' }, bar(share)),
      el('td', { class: 'amount' }, amount),
    )
  return el(
    'table',
    { class: 'shares' },
    el('caption', {}, `by ${title}`),
    el(
      'thead',
      { class: 'hidden' },
      el('tr', {}, ...[title, 'share', 'cost'].map((name) => el('th', { scope: 'col' }, name))),
    ),
    el('tbody', {}, ...rows.map(line)),
  )
}

export interface LimitPanel extends Panel {
  show(limits: readonly LimitReport[] | null): void
  /** A part of one has just been spent. */
  warn(warning: LimitWarning): void
}

export function limitPanel(): LimitPanel {
  const parts = panel('limits', 'Limits')
  let last: readonly LimitReport[] | null = null
  const draw = whenChanged((limits: readonly LimitReport[] | null) => {
    if (limits === null) return refill(parts.body, nothing(NO_LEDGER))
    const bars = limitBars(limits).map(({ name, words, share, tone, untilMs }) =>
      el(
        'div',
        { class: `limit ${tone}` },
        el('p', { class: 'name' }, name, el('span', { class: 'amount' }, words)),
        bar(share, tone),
        el('p', { class: 'note' }, limitNote(tone, untilMs)),
      ),
    )
    refill(parts.body, ...(bars.length > 0 ? bars : [nothing('none is set')]))
  })
  const show = (limits: readonly LimitReport[] | null) => draw((last = limits))
  const warn = (warning: LimitWarning) => {
    if (last !== null) show(warned(last, warning))
  }
  return { ...parts, show, warn }
}

function limitNote(tone: 'good' | 'near' | 'over', untilMs: number): string {
  const until = new Date(untilMs)
  const time = until.toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  return tone === 'over' ? `reached: on what is free until ${time}` : `begins anew ${time}`
}

export interface WhatIfPanel extends Panel {
  profile(): string
  offer(profiles: readonly string[]): void
  show(report: WhatIfReport | null): void
}

/** The same requests on another profile's model: a question that is asked on the page. */
export function whatIfPanel(changed: () => void): WhatIfPanel {
  const parts = panel('what-if', 'What if')
  const select = el('select', { id: 'what-if-profile' })
  const label = el('label', { for: 'what-if-profile' }, 'all of it had gone to')
  const result = el('div')
  parts.aside.append(label, select)
  parts.body.append(result)
  select.addEventListener('change', changed)
  const offer = whenChanged((profiles: readonly string[]) => {
    const { value } = select
    refill(select, ...profiles.map((name) => el('option', { value: name }, name)))
    if (profiles.includes(value)) select.value = value
    else if (profiles.includes('free')) select.value = 'free'
    changed()
  })
  const show = whenChanged((report: WhatIfReport | null) => refill(result, ...compared(report)))
  return { ...parts, profile: () => select.value, offer, show }
}

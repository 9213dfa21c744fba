import type { Comparison, ScenarioCost } from '../domain/costs/compare.ts'
import {
  compare,
  divide,
  fraction,
  isZero,
  multiply,
  toFixed,
  type Fraction,
} from '../domain/costs/fraction.ts'
import { shareText } from '../domain/costs/report.ts'
import { refreshDateOf } from '../domain/models/prices.ts'
import { catalogueDates } from './catalogue-dates.ts'
import { usd, wholeUsd } from './money.ts'
import type { Table } from './table.ts'
import { tokensText } from './tokens.ts'

const BAR_CELLS = 20

/** `bars`: a last column that draws the amounts, for a terminal. */
export function costTable({ rows }: Comparison, bars: boolean): Table {
  const most = rows.reduce<Fraction>((top, { daily }) => larger(top, daily), fraction(0))
  return {
    columns: [
      { header: 'plan' },
      { header: 'per day', align: 'right' },
      { header: 'per month', align: 'right' },
      { header: 'saving', align: 'right' },
      ...(bars ? [{ header: '' }] : []),
    ],
    rows: rows.map((row) => [
      row.scenario,
      usd(row.daily),
      wholeUsd(row.monthly),
      savingText(row),
      ...(bars ? [bar(row.daily, most)] : []),
    ]),
  }
}

/** What the table assumes: the work, the share and the models, one line each. */
export function costAssumptions({ plan }: Comparison): string {
  const { models, work, premiumShare } = plan
  const cached = isZero(work.cacheReadShare)
    ? ''
    : `, ${shareText(work.cacheReadShare)} of the input read from the cache`
  const tokens = (amount: Fraction) => tokensText(Number(toFixed(amount, 0)))
  return [
    `${tokens(work.inputPerDay)} tokens in and ${tokens(work.outputPerDay)} out a day, 30 days a month, ` +
      `${tokensText(work.requestTokens)} tokens of prompt a request${cached}${work.batch ? ', in batches' : ''}`,
    `premium = ${models.premium.id}, budget = ${models.budget.id}, free = ${models.free.id}`,
    `where premium is mixed with others, ${shareText(premiumShare)} of the work stays premium`,
    '',
  ].join('\n')
}

/** What to know about the figures: the dates of the prices, and what is missing. */
export function costCaveats({ plan, unknown, tooSmall }: Comparison): string {
  const size = tokensText(plan.work.requestTokens)
  return [
    `prices as of ${plan.asOf}, ${catalogueDates(refreshDateOf(Object.values(plan.models), plan.asOf))}`,
    ...unknown.map((missing) => `unknown: ${missing}`),
    ...tooSmall.map(({ id }) => `a prompt of ${size} tokens does not fit the window of ${id}`),
    '',
  ].join('\n')
}

function savingText({ scenario, saving, daily }: ScenarioCost): string {
  if (scenario === 'all premium') return '-'
  if (daily === null || saving === null) return 'unknown'
  return saving.percent === null ? '-' : `${saving.percent} %`
}

function bar(amount: Fraction | null, most: Fraction): string {
  if (amount === null) return '?'
  if (isZero(amount) || isZero(most)) return ''
  const cells = Number(toFixed(multiply(divide(amount, most), fraction(BAR_CELLS)), 0))
  return cells === 0 ? '▏' : '█'.repeat(cells)
}

function larger(a: Fraction, b: Fraction | null): Fraction {
  return b !== null && compare(b, a) > 0 ? b : a
}

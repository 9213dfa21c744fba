import { knownAmounts } from '../domain/reports/spent-report.ts'
import type { SpentAnswer } from '../domain/reports/spent-report.ts'
import type { SavedAmount } from '../domain/reports/saved.ts'
import type { SpentAmounts, SpentRow, SpentTable } from '../domain/reports/spent.ts'
import { catalogueDates } from './catalogue-dates.ts'
import { usdOfPico } from './money.ts'
import { sparkline } from './sparkline.ts'
import type { Column, Table } from './table.ts'
import { aboutTokens } from './tokens.ts'

const KEY_WIDTH = 30
const SPARK_WIDTH = 30

/** `drawn`: for a terminal, so that long names are cut. The last row is the total. */
export function spentView(table: SpentTable, drawn: boolean): Table {
  const hasIncluded = table.total.included > 0
  const included: readonly Column[] = hasIncluded
    ? [{ header: 'included', align: 'right' as const }]
    : []
  const cells = (key: string, row: SpentAmounts): string[] => {
    const known = knownAmounts(row)
    return [
      key,
      String(row.attempts),
      aboutTokens(row.input + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h),
      cachedText(row),
      aboutTokens(row.output),
      ...(hasIncluded ? [usdOfPico(known.included)] : []),
      usdOfPico(known.paid) + (known.paid !== null && row.unpriced > 0 ? ' +?' : ''),
    ]
  }
  return {
    columns: [
      { header: table.by },
      { header: 'requests', align: 'right', dispensable: 2 },
      { header: 'input', align: 'right' },
      { header: 'cached', align: 'right', dispensable: 1 },
      { header: 'output', align: 'right' },
      ...included,
      { header: 'cost', align: 'right' },
    ],
    rows: [
      ...table.rows.map((row) => cells(keyText(row, drawn), row)),
      ...(table.rows.length > 1 && drawn ? [cells('total', table.total)] : []),
    ],
  }
}

/** The course of the cost; empty where there is no course. */
export function spentCourse({ series }: SpentTable): string {
  const [first, last] = [series[0], series.at(-1)]
  if (first === undefined || last === undefined || first === last) return ''
  const line = sparkline(
    series.map(({ picoUsd }) => picoUsd),
    SPARK_WIDTH,
  )
  return `${first.period} ${line} ${last.period}\n`
}

/** What to know about the figures, and what was saved: a line each. */
export function spentNotes({
  table,
  saved,
  refreshDate,
}: Pick<SpentAnswer, 'table' | 'saved' | 'refreshDate'>): string {
  const { total, unpriced } = table
  const names = unpriced.map(({ model, attempts }) => `${model} (${attempts})`).join(', ')
  const notes = [
    `prices ${catalogueDates(refreshDate)}`,
    ...(unpriced.length > 0 ? [`of unknown price, and in no amount: ${names}`] : []),
    ...counted(total.unmetered, 'of unknown tokens'),
    ...counted(total.uncertain, 'counted in part or estimated'),
    ...counted(total.failed, 'without an answer'),
    ...(total.included > 0
      ? ['included: what a subscription paid for would have cost that much']
      : []),
    ...savedText(saved.failover, 'failover'),
    ...savedText(saved.limit, 'limits'),
  ]
  return notes.map((note) => `${note}\n`).join('')
}

function counted(requests: number, what: string): readonly string[] {
  return requests > 0 ? [`${requestsText(requests)} ${what}`] : []
}

export function requestsText(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}`
}

function savedText({ picoUsd, requests, unknown }: SavedAmount, by: string): readonly string[] {
  if (requests === 0) return []
  const rest = unknown > 0 ? `, of ${unknown} of them the amount is unknown` : ''
  const verb = picoUsd < 0n ? 'cost' : 'saved'
  const amount = usdOfPico(picoUsd < 0n ? -picoUsd : picoUsd)
  return [`${by} ${verb} ${amount} on ${requestsText(requests)}${rest}`]
}

function cachedText({ input, cacheRead, cacheWrite5m, cacheWrite1h }: SpentAmounts): string {
  const prompt = input + cacheRead + cacheWrite5m + cacheWrite1h
  return prompt === 0 ? '-' : `${Math.floor((cacheRead / prompt) * 100)} %`
}

/** Names come from clients and logs. The end of a long one says more than its beginning. */
function keyText({ key }: SpentRow, drawn: boolean): string {
  if (key === null) return '-'
  const name = key.replaceAll(/\p{Cc}/gu, '\u{fffd}')
  return drawn && name.length > KEY_WIDTH ? `…${name.slice(1 - KEY_WIDTH)}` : name
}

import type { Mark } from '../../domain/ledger/attempt.ts'
import type { Spent, SpentQuery } from '../../domain/ledger/ledger.ts'
import { addTotals, NOTHING, type Sums } from '../../domain/ledger/rollup.ts'
import { DAY, DAY_MS, type Range } from '../../domain/ledger/spans.ts'
import { bucketSums, type BucketSum } from './bucket-sums.ts'
import type { Database, Row } from './database.ts'
import { dimsCondition, type Dims } from './dims.ts'
import { SUMMED, totalsOf } from './totals.ts'

const HOUR_MS = 3_600_000

export async function readSpent(
  database: Database,
  dims: Dims,
  query: SpentQuery,
): Promise<Spent[]> {
  await dims.load()
  const range = within(query.range, await wholeRange(database))
  const condition = dimsCondition(dims, query.where)
  if (range === null || condition === null) return []
  const { per, timeZone } = query
  const found = new Map<string, Found>()
  for (const sum of bucketSums(range, per, timeZone)) {
    const rows = await database.all(
      `select dims, mark, ${sum.period} as period, ${SUMMED} from rollups
       where ${sum.condition} ${condition} group by dims, mark, period`,
    )
    for (const row of rows) count(found, row, sum)
  }
  return [...found.values()]
    .filter(({ totals }) => totals.attempts > 0)
    .map(({ dims: id, mark, period, totals }) => ({
      period: per === null ? null : periodName(per, period),
      dimensions: dims.get(id),
      mark,
      totals,
    }))
}

/** The days that have any sum. */
async function wholeRange(database: Database): Promise<Range | null> {
  const [[first, last] = []] = await database.all(
    `select min(bucket), max(bucket) from rollups where span = ${DAY}`,
  )
  if (typeof first !== 'number' || typeof last !== 'number') return null
  return { sinceMs: first * DAY_MS, untilMs: (last + 1) * DAY_MS }
}

/** Each setting of the clocks in a range is a statement or four, also where there is nothing to add up. */
function within(wanted: Range | null, whole: Range | null): Range | null {
  if (wanted === null || whole === null) return whole
  const sinceMs = Math.max(wanted.sinceMs, whole.sinceMs)
  const untilMs = Math.min(wanted.untilMs, whole.untilMs)
  return sinceMs <= untilMs ? { sinceMs, untilMs } : null
}

interface Found {
  readonly dims: number
  readonly mark: Mark
  readonly period: number
  readonly totals: Sums
}

function count(found: Map<string, Found>, row: Row, { counts }: BucketSum): void {
  const [id, mark, bucket] = row
  const totals = totalsOf(row.slice(3))
  for (const { ahead, sign } of counts) {
    const period = Number(bucket) + ahead
    const key = `${id} ${mark} ${period}`
    const known = found.get(key) ?? {
      dims: Number(id),
      mark: String(mark) as Mark,
      period,
      totals: { ...NOTHING },
    }
    found.set(key, known)
    addTotals(known.totals, totals, sign)
  }
}

function periodName(per: 'hour' | 'day', number: number): string {
  if (per === 'day') return new Date(number * DAY_MS).toISOString().slice(0, 10)
  return new Date(number * HOUR_MS).toISOString().slice(0, 16)
}

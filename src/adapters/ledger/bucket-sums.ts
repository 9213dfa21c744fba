import {
  DAY,
  fewestBuckets,
  quartersOf,
  QUARTER_MS,
  QUARTERS_A_DAY,
  type Buckets,
  type Range,
} from '../../domain/ledger/spans.ts'
import { offsetSteps } from '../../domain/ledger/time-zone.ts'

const HOUR_QUARTERS = 4

/** One sum over kept buckets. */
export interface BucketSum {
  /** SQL: which buckets. */
  readonly condition: string
  /** SQL: by which they are told apart. */
  readonly period: string
  /** To which periods each is added, or from which it is taken. */
  readonly counts: readonly Count[]
}

interface Count {
  /** Of its own period. */
  readonly ahead: number
  readonly sign: 1 | -1
}

const ITSELF: readonly Count[] = [{ ahead: 0, sign: 1 }]

/** What has to be read for the local hours or days of a range, or for all of it as one. */
export function bucketSums(
  range: Range,
  per: 'hour' | 'day' | null,
  timeZone: string,
): readonly BucketSum[] {
  if (per === null)
    return fewestBuckets(range).map((buckets) => ({
      condition: within(buckets),
      period: '0',
      counts: ITSELF,
    }))
  const { from } = quartersOf(range)
  const steps = offsetSteps(timeZone, range)
  return steps.flatMap(({ until, quarters }, index) => {
    const part = { from: steps[index - 1]?.until ?? from, to: until, quarters }
    return per === 'hour' ? hours(part) : days(part)
  })
}

/** Quarters between which the clocks are not set; local time is `quarters` ahead of UTC. */
interface Part {
  readonly from: number
  readonly to: number
  readonly quarters: number
}

function hours({ from, to, quarters }: Part): readonly BucketSum[] {
  const condition = within({ span: 15, from, to })
  return [{ condition, period: `(bucket + ${quarters}) / ${HOUR_QUARTERS}`, counts: ITSELF }]
}

/**
 * A local day is the day in UTC with what the one before has of it, and without what it has of the
 * next one: so a year is read by its days, and only the hours between their ends by the quarter.
 */
function days({ from, to, quarters }: Part): readonly BucketSum[] {
  const range = { sinceMs: from * QUARTER_MS, untilMs: to * QUARTER_MS }
  return fewestBuckets(range).flatMap((buckets): BucketSum[] => {
    const condition = within(buckets)
    if (buckets.span !== DAY)
      return [{ condition, period: `(bucket + ${quarters}) / ${QUARTERS_A_DAY}`, counts: ITSELF }]
    const whole = { condition, period: 'bucket', counts: ITSELF }
    return quarters === 0 ? [whole] : [whole, between(buckets, quarters)]
  })
}

/** What of each day in UTC belongs to the local day after it, or before it. */
function between({ from, to }: Buckets, quarters: number): BucketSum {
  const inDay = `bucket % ${QUARTERS_A_DAY}`
  const quarterly = { span: 15, from: from * QUARTERS_A_DAY, to: to * QUARTERS_A_DAY } as const
  const part = quarters > 0 ? `>= ${QUARTERS_A_DAY - quarters}` : `< ${-quarters}`
  return {
    condition: `${within(quarterly)} and ${inDay} ${part}`,
    period: `bucket / ${QUARTERS_A_DAY}`,
    counts: [
      { ahead: 0, sign: -1 },
      { ahead: quarters > 0 ? 1 : -1, sign: 1 },
    ],
  }
}

/** Numbers of our own stand in the text: as values SQLite would take them for fractions. */
function within({ span, from, to }: Buckets): string {
  return `span = ${span} and bucket >= ${from} and bucket < ${to}`
}

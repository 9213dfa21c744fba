/** The length of a bucket, in minutes. Buckets begin in UTC. */
export type Span = typeof QUARTER | typeof DAY

/** Every offset of a time zone is a multiple of it, so local hours and days are made of whole ones. */
export const QUARTER = 15
export const DAY = 1440

export const QUARTER_MS = QUARTER * 60_000
export const DAY_MS = DAY * 60_000
export const QUARTERS_A_DAY = DAY / QUARTER

/** From the first to before the second, in ms since 1970. */
export interface Range {
  readonly sinceMs: number
  readonly untilMs: number
}

/** From the first to before the second. */
export interface Buckets {
  readonly span: Span
  readonly from: number
  readonly to: number
}

export function bucketOf(span: Span, ms: number): number {
  return Math.floor(ms / (span * 60_000))
}

/** All quarters that the range touches. */
export function quartersOf({ sinceMs, untilMs }: Range): Buckets {
  const from = bucketOf(QUARTER, sinceMs)
  return { span: QUARTER, from, to: Math.max(from, Math.ceil(untilMs / QUARTER_MS)) }
}

/** The same as whole days where it can be, so that a year is not read by the quarter. */
export function fewestBuckets(range: Range): Buckets[] {
  const { from, to } = quartersOf(range)
  const firstDay = Math.ceil(from / QUARTERS_A_DAY)
  const lastDay = Math.floor(to / QUARTERS_A_DAY)
  const parts: Buckets[] =
    firstDay >= lastDay
      ? [{ span: QUARTER, from, to }]
      : [
          { span: QUARTER, from, to: firstDay * QUARTERS_A_DAY },
          { span: DAY, from: firstDay, to: lastDay },
          { span: QUARTER, from: lastDay * QUARTERS_A_DAY, to },
        ]
  return parts.filter((part) => part.from < part.to)
}

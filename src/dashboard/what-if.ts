import type { WhatIfModel } from '../domain/reports/what-if-report.ts'
import { usdOfPico } from '../ui/money.ts'
import { countText, picoIn } from './words.ts'

/** What the same requests would have cost on another model. */
export interface Comparison {
  readonly model: string
  /** `paid`, or where a subscription paid for all of it, its list value. */
  readonly kind: 'paid' | 'included'
  readonly spent: string
  readonly there: string
  /** `$53.18 saved`, `it would have been $4.00 less`. */
  readonly verdict: string
  /** That was saved; null: nothing was. */
  readonly percent: number | null
  /** Of the larger of the two, 0 to 1. */
  readonly spentShare: number
  readonly thereShare: number
  /** What is not known, a line each. */
  readonly notes: readonly string[]
}

/** Null: nothing can be compared. */
export function comparisonOf(row: WhatIfModel): Comparison | null {
  const kind = row.paid.requests > 0 || row.included.requests === 0 ? 'paid' : 'included'
  const spent = picoIn(row[kind].usd) ?? 0n
  const there = picoIn(row[kind].thereUsd) ?? 0n
  if (row[kind].requests === 0) return null
  const largest = spent > there ? spent : there
  return {
    model: row.model,
    kind,
    spent: usdOfPico(spent),
    there: usdOfPico(there),
    verdict: verdictOf(spent, there),
    percent: there > spent ? Number(((there - spent) * 200n + there) / (there * 2n)) : null,
    spentShare: shareOf(spent, largest),
    thereShare: shareOf(there, largest),
    notes: notesOf(row),
  }
}

function verdictOf(spent: bigint, there: bigint): string {
  if (there === spent) return 'the same'
  return there > spent
    ? `${usdOfPico(there - spent)} saved`
    : `it would have been ${usdOfPico(spent - there)} less`
}

function shareOf(amount: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((amount * 1000n) / whole) / 1000
}

function notesOf({ model, leftOut, uncertain }: WhatIfModel): readonly string[] {
  const said = (requests: number, words: string) =>
    requests === 0 ? [] : [`${countText(requests, 'request')} ${words}`]
  return [
    ...said(leftOut.unpriced, 'left out: what they did cost is unknown'),
    ...said(leftOut.unmetered, 'left out: their tokens are unknown'),
    ...said(leftOut.tooLong, `left out: too long for ${model}`),
    ...leftOut.unknown.flatMap(({ what, requests }) =>
      said(requests, `left out: the ${what} is unknown`),
    ),
    ...said(uncertain.otherTokenizer, 'counted by another tokenizer'),
    ...said(
      uncertain.withoutCache,
      `with cached tokens as plain input: ${model} has no such cache`,
    ),
    ...said(uncertain.otherCache, `as if ${model} had cached the same tokens`),
  ]
}

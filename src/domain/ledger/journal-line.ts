import { isObject, type JsonObject } from '../json.ts'
import { unfinished, type Attempt, type AttemptStart, type Estimate } from './attempt.ts'
import { saneAttempt, saneEstimate, saneStart } from './sane.ts'

/** What a line of the journal says. A begun attempt is what it comes to if nobody sees it end. */
export interface JournalEvent {
  readonly kind: 'begin' | 'end'
  readonly attempt: Attempt
}

export function beginLine(start: AttemptStart, estimate: Estimate): string {
  const { usage, picoUsd } = estimate
  return `${JSON.stringify({ begin: start, estimate: { usage, picoUsd: digits(picoUsd) } })}\n`
}

/** Holds all of the attempt: where the begin could not be written, nothing is missing. */
export function endLine(attempt: Attempt): string {
  return `${JSON.stringify({ end: { ...attempt, picoUsd: digits(attempt.picoUsd) } })}\n`
}

/** Looks at its first bytes only: whoever wants no begin need not read it. */
export function isEnd(line: string): boolean {
  return line.startsWith('{"end":')
}

/** Null: a line that was cut short, or is none of ours. */
export function readLine(line: string): JournalEvent | null {
  const { begin, end, estimate } = parsed(line)
  if (isObject(end)) {
    const attempt = saneAttempt(end)
    return attempt === null ? null : { kind: 'end', attempt }
  }
  const start = isObject(begin) ? saneStart(begin) : null
  if (start === null) return null
  const cost = saneEstimate(isObject(estimate) ? estimate : {})
  return { kind: 'begin', attempt: unfinished(start, cost) }
}

function parsed(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function digits(picoUsd: bigint | null): string | null {
  return picoUsd === null ? null : picoUsd.toString()
}

import type { Usage } from '../costs/usage.ts'
import { unfinished, type Attempt, type AttemptStart, type Estimate } from './attempt.ts'
import { saneAttempt, saneEstimate, saneStart, type Loose } from './sane.ts'

/** What a line of the journal says. A begun attempt is what it comes to if nobody sees it end. */
export interface JournalEvent {
  readonly kind: 'begin' | 'end'
  readonly attempt: Attempt
}

/** A list of values without their names: half as long, and written and read in half the time. */
export function beginLine(start: AttemptStart, { usage, picoUsd }: Estimate): string {
  return lineOf(['begin', ...startRow(start), usageRow(usage), digits(picoUsd)])
}

/** Holds all of the attempt: where the begin could not be written, nothing is missing. */
export function endLine(attempt: Attempt): string {
  const { usage, picoUsd, endedAtMs, firstTokenMs, outcome, mark, answerId } = attempt
  const cost = [usageRow(usage), digits(picoUsd)]
  const end = [endedAtMs, firstTokenMs, outcome, mark, answerId]
  return lineOf(['end', ...startRow(attempt), ...cost, ...end])
}

/** Looks at its first bytes only: whoever wants no begin need not read it. */
export function isEnd(line: string): boolean {
  return line.startsWith('["end",')
}

/** Null: a line that was cut short, or is none of ours. */
export function readLine(line: string): JournalEvent | null {
  const row = parsed(line)
  const raw = attemptIn(row)
  if (row[0] === 'end') {
    const attempt = saneAttempt(raw)
    return attempt === null ? null : { kind: 'end', attempt }
  }
  const start = row[0] === 'begin' ? saneStart(raw) : null
  return start === null ? null : { kind: 'begin', attempt: unfinished(start, saneEstimate(raw)) }
}

type Row = readonly unknown[]

function lineOf(row: Row): string {
  return `${JSON.stringify(row)}\n`
}

function parsed(line: string): Row {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function startRow(start: AttemptStart): Row {
  const { id, requestId, source, session, profile, project, kind, provider, model } = start
  const { modelAsked, hop, movedBy, dialect, streaming, startedAtMs } = start
  const asked = [modelAsked, hop, movedBy, dialect, streaming, startedAtMs]
  return [id, requestId, source, session, profile, project, kind, provider, model, ...asked]
}

function usageRow(usage: Usage | null): Row | null {
  if (usage === null) return null
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches, webFetches } = usage
  return [input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches, webFetches]
}

/** Of a begun one, what is there. */
function attemptIn(row: Row): Loose<Attempt> {
  return {
    id: row[1],
    requestId: row[2],
    source: row[3],
    session: row[4],
    profile: row[5],
    project: row[6],
    kind: row[7],
    provider: row[8],
    model: row[9],
    modelAsked: row[10],
    hop: row[11],
    movedBy: row[12],
    dialect: row[13],
    streaming: row[14],
    startedAtMs: row[15],
    usage: usageIn(row[16]),
    picoUsd: row[17],
    endedAtMs: row[18],
    firstTokenMs: row[19],
    outcome: row[20],
    mark: row[21],
    answerId: row[22],
  }
}

function usageIn(row: unknown): unknown {
  if (!Array.isArray(row)) return row
  const [input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches, webFetches]: Row = row
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches, webFetches }
}

function digits(picoUsd: bigint | null): string | null {
  return picoUsd === null ? null : picoUsd.toString()
}

import { allTokens } from '../costs/counts.ts'
import type { LedgerReader, Query } from '../ledger/ledger.ts'
import type { Dimensions } from '../ledger/rollup.ts'
import type { Range } from '../ledger/spans.ts'
import type { Model } from '../models/model.ts'
import { parsePeriod, type PeriodOptions } from './period.ts'
import { savings, type ModelNamed, type Saved } from './saved.ts'
import { spentTable, type SpentRows, type SpentTable } from './spent.ts'
import { whatIfReport, type WhatIfReport } from './what-if-report.ts'
import { whatIf, type WhatIf } from './what-if.ts'

/** What must be equal; a name that is absent may be anything. */
export type ReportFilter = Partial<Pick<Dimensions, 'session' | 'profile' | 'model' | 'project'>>

export interface ReportOptions extends PeriodOptions {
  readonly where: ReportFilter
}

export interface SpentAnswer {
  readonly period: Range
  readonly table: SpentTable
  readonly saved: Saved
}

/** A course of no more than these is drawn by the hour. */
const HOURS_SHOWN_MS = 48 * 3_600_000

/**
 * What was spent, by whatever tells requests apart.
 * @throws LlmselError `usage` for a time that is none, `io` where the ledger cannot be read.
 */
export async function readSpent(
  reader: Pick<LedgerReader, 'spent' | 'moved'>,
  options: ReportOptions & SpentRows,
  modelOf: ModelNamed,
): Promise<SpentAnswer> {
  const { by, timeZone, where } = options
  const period = parsePeriod(options)
  const query = { range: period, where }
  const per = by === 'hour' || by === 'day' ? by : courseOf(period)
  const table = spentTable(await reader.spent({ ...query, per, timeZone }), options)
  return { period, table, saved: await readSaved(reader, query, modelOf) }
}

function courseOf({ sinceMs, untilMs }: Range): 'hour' | 'day' {
  return untilMs - sinceMs <= HOURS_SHOWN_MS ? 'hour' : 'day'
}

async function readSaved(
  reader: Pick<LedgerReader, 'moved'>,
  query: Query,
  modelOf: ModelNamed,
): Promise<Saved> {
  const counter = savings(modelOf)
  for await (const answers of reader.moved(query)) {
    for (const answer of answers) counter.add(answer)
  }
  return counter.result()
}

export interface WhatIfAnswer {
  readonly results: readonly WhatIf[]
  readonly report: WhatIfReport
}

export interface WhatIfTargets {
  readonly targets: readonly Model[]
  /** By an exact id; null: not known. */
  readonly modelOf: (id: string) => Model | null
  /** Called now and then, with the share of the requests that are done, from 0 to 1. */
  readonly onProgress: (share: number) => void
}

/** The requests of a period, priced on other models; errors as of `readSpent`. */
export async function readWhatIf(
  reader: Pick<LedgerReader, 'metered'>,
  options: ReportOptions,
  { targets, modelOf, onProgress }: WhatIfTargets,
): Promise<WhatIfAnswer> {
  const period = parsePeriod(options)
  const counters = targets.map((target) => whatIf(target, modelOf))
  for await (const requests of reader.metered({ range: period, where: options.where })) {
    for (const { dimensions, startedAtMs, usage, picoUsd } of requests) {
      // A refused request: there was no work.
      if (usage !== null && allTokens(usage) === 0) continue
      const { model, kind } = dimensions
      const request = { model, kind, startedAtMs, usage, picoUsd }
      for (const counter of counters) counter.add(request)
    }
    const last = requests.at(-1)?.startedAtMs ?? period.sinceMs
    onProgress((last - period.sinceMs) / (period.untilMs - period.sinceMs))
  }
  const results = counters.map((counter) => counter.result())
  return { results, report: whatIfReport(results, period) }
}

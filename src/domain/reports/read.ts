import { allTokens } from '../costs/counts.ts'
import { isSummed } from '../costs/logs/record.ts'
import type { LedgerReader, Query, Where } from '../ledger/ledger.ts'
import type { Range } from '../ledger/spans.ts'
import { isoDate } from '../models/dates.ts'
import type { IsoDate, Model } from '../models/model.ts'
import { refreshDateOf } from '../models/prices.ts'
import { parsePeriod, type PeriodOptions } from './period.ts'
import { savings, type NamedModels, type Saved } from './saved.ts'
import { spentTable, type SpentRows, type SpentSum } from './spent.ts'
import type { SpentAnswer } from './spent-report.ts'
import { whatIfReport, type WhatIfReport } from './what-if-report.ts'
import { whatIf, type WhatIf } from './what-if.ts'

export type ReportFilter = Pick<Where, 'session' | 'profile' | 'model' | 'project'>

export interface ReportOptions extends PeriodOptions {
  readonly where: ReportFilter
  /** Requests may have ended that the ledger does not have yet. */
  readonly behind?: boolean
}

/** A course of no more than these is drawn by the hour. */
const HOURS_SHOWN_MS = 48 * 3_600_000

/**
 * What was spent, by whatever tells requests apart.
 * @throws LlmselError `usage` for a time that is none or a course of too many points, `io` where the
 * ledger cannot be read.
 */
export async function readSpent(
  reader: Pick<LedgerReader, 'spent' | 'moved'>,
  options: ReportOptions & SpentRows,
  models: NamedModels,
): Promise<SpentAnswer> {
  const { where, behind = false } = options
  const { period, sums, table } = await readSpentTable(reader, options)
  return {
    period,
    table,
    saved: await readSaved(reader, { range: period, where }, models),
    refreshDate: refreshDateIn(sums, period, models),
    behind,
  }
}

/** The same without what needs the models. */
export async function readSpentTable(
  reader: Pick<LedgerReader, 'spent'>,
  options: ReportOptions & SpentRows,
): Promise<Pick<SpentAnswer, 'period' | 'table'> & { readonly sums: readonly SpentSum[] }> {
  const { by, timeZone, where } = options
  const period = parsePeriod(options)
  const per = by === 'hour' || by === 'day' ? by : courseOf(period)
  const sums = await reader.spent({ range: period, where, per, timeZone })
  return { period, sums, table: spentTable(sums, options) }
}

/** A price was in force on the day of a sum with its model. */
function refreshDateIn(
  sums: readonly SpentSum[],
  { untilMs }: Range,
  { modelOf }: NamedModels,
): IsoDate | null {
  for (const { dimensions, period } of sums) {
    const model = modelOf(dimensions.model, untilMs)
    const day = period?.slice(0, 10) ?? isoDate(new Date(untilMs))
    const date = model === null ? null : refreshDateOf([model], day)
    if (date !== null) return date
  }
  return null
}

function courseOf({ sinceMs, untilMs }: Range): 'hour' | 'day' {
  return untilMs - sinceMs <= HOURS_SHOWN_MS ? 'hour' : 'day'
}

async function readSaved(
  reader: Pick<LedgerReader, 'moved'>,
  query: Query,
  models: NamedModels,
): Promise<Saved> {
  const counter = savings(models)
  const { promptBounds } = models
  for (const answers of await reader.moved({ ...query, promptBounds })) counter.add(answers)
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
  const served = new Set<string>()
  for await (const requests of reader.metered({ range: period, where: options.where })) {
    for (const { dimensions, startedAtMs, usage, picoUsd } of requests) {
      // A refused request: there was no work.
      if (usage !== null && allTokens(usage) === 0) continue
      const { model, kind, source } = dimensions
      served.add(model)
      const summed = isSummed(source)
      const request = { model, kind, startedAtMs, usage, picoUsd, summed }
      for (const counter of counters) counter.add(request)
    }
    const last = requests.at(-1)?.startedAtMs ?? period.sinceMs
    onProgress((last - period.sinceMs) / (period.untilMs - period.sinceMs))
  }
  const results = counters.map((counter) => counter.result())
  const models = [...targets, ...[...served].flatMap((id) => modelOf(id) ?? [])]
  const days = [period.sinceMs, period.untilMs].map((ms) => isoDate(new Date(ms)))
  const refreshDate = served.size === 0 ? null : refreshDateOf(models, days[0] ?? '', days[1])
  const { behind = false } = options
  return { results, report: whatIfReport(results, { period, refreshDate, behind }) }
}

import { CATALOGUE_DATE } from '../models/catalogue.ts'
import type { IsoDate } from '../models/model.ts'
import { refreshDateOf } from '../models/prices.ts'
import type { Comparison, Role, Scenario } from './compare.ts'
import { toDecimalString, type Fraction } from './fraction.ts'

/** A comparison as plain data: money as decimal strings in US dollars, unknown as null. */
export interface CostReport {
  readonly catalogueDate: IsoDate
  /** Null: none of the prices was refreshed. */
  readonly refreshDate: IsoDate | null
  readonly asOf: IsoDate
  readonly models: Readonly<Record<Role, string>>
  readonly inputTokensPerDay: string
  readonly outputTokensPerDay: string
  readonly cacheReadShare: string
  readonly requestTokens: number
  readonly batch: boolean
  readonly premiumShare: string
  readonly rows: readonly CostRow[]
  readonly unknown: readonly string[]
  readonly windowTooSmall: readonly string[]
}

interface CostRow {
  readonly scenario: Scenario
  readonly usdPerDay: string | null
  readonly usdPerMonth: string | null
  readonly savedUsdPerDay: string | null
  readonly savedUsdPerMonth: string | null
  readonly savedPercent: number | null
}

export function costReport({ plan, rows, unknown, tooSmall }: Comparison): CostReport {
  const { models, work, premiumShare, asOf } = plan
  return {
    catalogueDate: CATALOGUE_DATE,
    refreshDate: refreshDateOf(Object.values(models), asOf),
    asOf,
    models: { premium: models.premium.id, budget: models.budget.id, free: models.free.id },
    inputTokensPerDay: toDecimalString(work.inputPerDay),
    outputTokensPerDay: toDecimalString(work.outputPerDay),
    cacheReadShare: shareText(work.cacheReadShare),
    requestTokens: work.requestTokens,
    batch: work.batch,
    premiumShare: shareText(premiumShare),
    rows: rows.map(({ scenario, daily, monthly, saving }) => ({
      scenario,
      usdPerDay: money(daily),
      usdPerMonth: money(monthly),
      savedUsdPerDay: money(saving?.daily ?? null),
      savedUsdPerMonth: money(saving?.monthly ?? null),
      savedPercent: saving?.percent ?? null,
    })),
    unknown,
    windowTooSmall: tooSmall.map(({ id }) => id),
  }
}

const CSV_COLUMNS = [
  'scenario',
  'usdPerDay',
  'usdPerMonth',
  'savedUsdPerDay',
  'savedUsdPerMonth',
  'savedPercent',
] as const satisfies readonly (keyof CostRow)[]

/** With a header; unknown is written out, so that it is not read as 0. No field needs quotes. */
export function costCsv({ rows }: CostReport): string {
  const lines = rows.map((row) => CSV_COLUMNS.map((column) => row[column] ?? 'unknown').join(','))
  return [CSV_COLUMNS.join(','), ...lines, ''].join('\n')
}

/** `1/6` where a decimal would not end, else the decimal. */
export function shareText(share: Fraction): string {
  const decimal = toDecimalString(share)
  return decimal.length > 6 ? `${share.numerator}/${share.denominator}` : decimal
}

function money(value: Fraction | null): string | null {
  return value === null ? null : toDecimalString(value, 2)
}

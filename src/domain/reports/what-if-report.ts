import type { Range } from '../ledger/spans.ts'
import { CATALOGUE_DATE } from '../models/catalogue.ts'
import type { IsoDate } from '../models/model.ts'
import { usd } from './spent-report.ts'
import type { Compared, WhatIf } from './what-if.ts'

/** `costs what-if` as plain data: money as decimal strings in US dollars. */
export interface WhatIfReport {
  readonly catalogueDate: IsoDate
  /** Null: none of the prices was refreshed. */
  readonly refreshDate: IsoDate | null
  /** Its last requests may be missing. */
  readonly behind: boolean
  /** ISO 8601, in UTC. */
  readonly since: string
  readonly until: string
  readonly models: readonly WhatIfModel[]
}

export interface WhatIfModel {
  readonly model: string
  readonly requests: number
  readonly paid: ComparedReport
  readonly included: ComparedReport
  readonly leftOut: {
    readonly unmetered: number
    readonly unpriced: number
    readonly tooLong: number
    readonly unknown: readonly { readonly what: string; readonly requests: number }[]
  }
  readonly uncertain: {
    readonly otherTokenizer: number
    readonly otherCache: number
    readonly withoutCache: number
  }
}

interface ComparedReport {
  readonly requests: number
  readonly usd: string
  readonly thereUsd: string
  /** Negative where the model is dearer. */
  readonly savedUsd: string
}

export function whatIfReport(
  results: readonly WhatIf[],
  {
    period,
    refreshDate,
    behind,
  }: Pick<WhatIfReport, 'refreshDate' | 'behind'> & { readonly period: Range },
): WhatIfReport {
  return {
    catalogueDate: CATALOGUE_DATE,
    refreshDate,
    behind,
    since: new Date(period.sinceMs).toISOString(),
    until: new Date(period.untilMs).toISOString(),
    models: results.map((result) => ({
      model: result.target.id,
      requests: result.requests,
      paid: comparedReport(result.paid),
      included: comparedReport(result.included),
      leftOut: {
        unmetered: result.unmetered,
        unpriced: result.unpriced,
        tooLong: result.tooLong,
        unknown: [...result.unknown].map(([what, requests]) => ({ what, requests })),
      },
      uncertain: {
        otherTokenizer: result.otherTokenizer,
        otherCache: result.otherCache,
        withoutCache: result.withoutCache,
      },
    })),
  }
}

function comparedReport({ requests, picoUsd, therePicoUsd }: Compared): ComparedReport {
  return {
    requests,
    usd: usd(picoUsd),
    thereUsd: usd(therePicoUsd),
    savedUsd: usd(picoUsd - therePicoUsd),
  }
}

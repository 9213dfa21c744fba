import { CATALOGUE_DATE } from '../models/catalogue.ts'
import type { IsoDate } from '../models/model.ts'
import { usd } from '../reports/spent-report.ts'
import type { SetupFacts } from './facts.ts'
import type { Month, PricedProfile } from './month.ts'
import type { SetupPlan } from './plan.ts'

/** `setup --json`: money as decimal strings in US dollars, unknown as null. */
export interface SetupReport {
  readonly found: SetupFacts
  readonly month: {
    readonly catalogueDate: IsoDate
    /** Null: none of the prices was refreshed. */
    readonly refreshDate: IsoDate | null
    readonly basis: Month['basis']
    readonly requests: number
    readonly usd: string | null
    readonly profiles: readonly {
      readonly profile: string
      readonly model: string
      readonly provider: string
      readonly usd: string | null
      readonly savedPercent: number | null
      readonly ready: boolean
    }[]
  }
  readonly plan: SetupPlan
  /** The plan was carried out. */
  readonly changed: boolean
  /** The one command to try. */
  readonly next: string
}

interface Reported extends Pick<SetupReport, 'found' | 'plan' | 'changed' | 'next'> {
  readonly month: Month
  readonly isReady: (row: PricedProfile) => boolean
}

export function setupReport({ month, isReady, ...rest }: Reported): SetupReport {
  const { basis, requests, picoUsd, profiles, refreshDate } = month
  return {
    found: rest.found,
    month: {
      catalogueDate: CATALOGUE_DATE,
      refreshDate,
      basis,
      requests,
      usd: picoUsd === null ? null : usd(picoUsd),
      profiles: profiles.map((row) => ({
        profile: row.profile.name,
        model: row.profile.target.model,
        provider: row.profile.target.provider,
        usd: row.picoUsd === null ? null : usd(row.picoUsd),
        savedPercent: row.savedPercent,
        ready: isReady(row),
      })),
    },
    plan: rest.plan,
    changed: rest.changed,
    next: rest.next,
  }
}

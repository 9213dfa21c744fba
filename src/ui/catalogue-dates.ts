import { CATALOGUE_DATE } from '../domain/models/catalogue.ts'
import type { IsoDate } from '../domain/models/model.ts'

/** Where prices are from; null: none of them was refreshed. */
export function catalogueDates(refreshDate: IsoDate | null): string {
  const newer = refreshDate === null ? '' : `, refreshed on ${refreshDate}`
  return `from the catalogue of ${CATALOGUE_DATE}${newer}`
}

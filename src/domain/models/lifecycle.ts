import { addDays } from './dates.ts'
import type { IsoDate, Model, ModelStatus } from './model.ts'

/** A model is marked this many days before its end; providers promise at least as much notice. */
const NOTICE_DAYS = 60

export function statusOn(model: Model, asOf: IsoDate): ModelStatus {
  const { deprecated, retires } = model.lifecycle
  if (retires !== null && asOf >= retires) return 'retired'
  if (retires !== null && asOf >= addDays(retires, -NOTICE_DAYS)) return 'ending'
  return deprecated !== null && asOf >= deprecated ? 'deprecated' : 'active'
}

interface Named {
  readonly model: Model
  /** The id as the user will see it exported. */
  readonly id: string
}

/**
 * One line without a count of days, so that it stays true until the status changes. `isOut`: whether
 * the model of an id was out on that day, which a past day's advice needs.
 */
export function lifecycleWarning(
  { model, id }: Named,
  asOf: IsoDate,
  isOut: (id: string) => boolean = () => true,
): string | null {
  const { retires, replacement } = model.lifecycle
  const use = replacement === null || !isOut(replacement) ? '' : `; use ${replacement}`
  switch (statusOn(model, asOf)) {
    case 'active':
      return null
    case 'deprecated':
      return `${id} is deprecated${retires === null ? '' : ` and retires on ${retires}`}${use}`
    case 'ending':
      return `${id} retires on ${retires}${use}`
    case 'retired':
      return `${id} was retired on ${retires}: requests fail${use}`
  }
}

/** The days on which `statusOn` may change. */
export function lifecycleChanges({ lifecycle }: Model): readonly IsoDate[] {
  const { deprecated, retires } = lifecycle
  return [
    ...(deprecated === null ? [] : [deprecated]),
    ...(retires === null ? [] : [addDays(retires, -NOTICE_DAYS), retires]),
  ]
}

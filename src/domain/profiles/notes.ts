import { resolveModel } from '../models/catalogue.ts'
import { lifecycleWarning } from '../models/lifecycle.ts'
import type { Profile } from './profile.ts'
import type { ProfileSource } from './resolve.ts'

/** What is to be said of the models that a profile may use: each that ends or has ended. */
export function warningsOf({ chain }: Profile, { catalogue, today }: ProfileSource): string[] {
  return chain.flatMap(({ model }) => {
    const resolution = resolveModel(catalogue, model, today)
    const warning = resolution === null ? null : lifecycleWarning(resolution, today)
    return warning === null ? [] : [warning]
  })
}

import { resolveModel } from '../models/catalogue.ts'
import { lifecycleWarning } from '../models/lifecycle.ts'
import type { Profile } from './profile.ts'
import type { ProfileSource } from './resolve.ts'

/** What is to be said about the lifecycle of the chain's models, each a line. */
export function modelWarnings({ chain }: Profile, { catalogue, today }: ProfileSource): string[] {
  return chain.flatMap(({ model }) => {
    const resolution = resolveModel(catalogue, model, today)
    const warning = resolution === null ? null : lifecycleWarning(resolution, today)
    return warning === null ? [] : [warning]
  })
}

/** What is to be said where a profile that fails over is put on without the gateway, each a line. */
export function failoverNotes({ failover, chain, name }: Profile): string[] {
  if (!failover || chain.length < 2) return []
  const hops = chain.map(({ model }) => model).join(' → ')
  return [
    `failover (${hops}) is not live in this shell; variables alone cannot fail over (${name})`,
  ]
}

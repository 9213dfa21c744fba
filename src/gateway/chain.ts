import { LlmselError } from '../domain/errors.ts'
import { resolveModel } from '../domain/models/catalogue.ts'
import type { Profile, Target } from '../domain/profiles/profile.ts'
import { profileNames, resolveProfile, type ProfileSource } from '../domain/profiles/resolve.ts'

/** The hops of a request, in order. One alone is transparent: it is asked whatever became of it before. */
export interface RequestChain {
  readonly profile: Profile
  readonly targets: readonly [Target, ...Target[]]
}

const MAX_KEPT = 1000

/** Resolved once for each profile and model that are asked for together. */
export type Chains = (profile: string, model: string) => RequestChain | null

/** Null from it: no model that the catalogue, the chain or a profile knows. @throws an unknown profile. */
export function chainsOf(source: ProfileSource): Chains {
  const kept = new Map<string, RequestChain | null>()
  return (profileName, model) => {
    const key = `${profileName}\n${model}`
    const found = kept.get(key)
    if (found !== undefined) return found
    const made = resolveChain(source, profileName, model)
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(key, made)
    return made
  }
}

function resolveChain(
  source: ProfileSource,
  profileName: string,
  model: string,
): RequestChain | null {
  const profile = resolveProfile(source, profileName)
  if (profile.enforce) return { profile, targets: profile.chain }
  const first = targetOf(source, profile, model)
  if (first === null) return null
  const rest = profile.failover
    ? profile.chain.filter((hop) => hop.model !== first.model || hop.provider !== first.provider)
    : []
  return { profile, targets: [first, ...rest] }
}

function targetOf(source: ProfileSource, profile: Profile, model: string): Target | null {
  const inChain = profile.chain.find((hop) => hop.model === model)
  if (inChain !== undefined) return inChain
  const found = resolveModel(source.catalogue, model, source.today)
  if (found !== null) return { provider: found.model.provider, model: found.id, row: found.model }
  return profileNames(source).includes(model) ? profileTarget(source, model) : null
}

function profileTarget(source: ProfileSource, name: string): Target | null {
  try {
    return resolveProfile(source, name).target
  } catch (error) {
    if (error instanceof LlmselError) return null
    throw error
  }
}

import { isLlmselError } from '../errors.ts'
import { readinessOf, type Hop } from '../failover/readiness.ts'
import type { Profile } from '../profiles/profile.ts'
import { profileNames, resolveProfile, type ProfileSource } from '../profiles/resolve.ts'
import { BUILT_IN_DEFAULT } from '../profiles/scope.ts'
import type { InstallShell } from '../shell/rc-lines.ts'
import { readinessFacts, type KeyedProvider, type SetupFacts } from './facts.ts'
import { proposedLocal } from './local-models.ts'

/** What a person decides. */
export interface Answers {
  /** The default: a profile, an alias or a model id. */
  readonly profile: string
  /** Null: it stays as it is. */
  readonly ollamaModel: string | null
  readonly shells: readonly InstallShell[]
  /** Whose keys are to be kept. */
  readonly keys: readonly KeyedProvider[]
}

/** What the config file says; null: nothing. */
export interface Configured {
  readonly profile: string | null
  readonly ollamaModel: string | null
}

/** What is there stays as it is; a default is on a model that works. */
export function proposedAnswers(facts: SetupFacts, configured: Configured): Answers {
  return {
    profile: configured.profile ?? workingProfile(facts),
    ollamaModel: proposedLocal(facts.ollama.models ?? [], configured.ollamaModel),
    shells: facts.shells
      .filter(({ isOwn, loads, problem }) => (isOwn || loads) && problem === null)
      .map(({ shell }) => shell),
    keys: [],
  }
}

function workingProfile({ keys, ollama }: SetupFacts): string {
  if (keys.claude !== null) return BUILT_IN_DEFAULT
  if ((ollama.models ?? []).length > 0) return 'free'
  // Its chain ends at OpenAI.
  return keys.openai === null ? BUILT_IN_DEFAULT : 'budget'
}

/** Whether a request on the profile can succeed: some hop of its chain is ready. */
export function isReady(
  profile: Profile,
  facts: SetupFacts,
  newKeys: readonly KeyedProvider[],
): boolean {
  return hopsOf(profile, facts, newKeys).some(({ ready }) => ready)
}

/** The chain, each hop with what it needs. */
export function hopsOf(
  { chain }: Profile,
  facts: SetupFacts,
  newKeys: readonly KeyedProvider[],
): readonly Hop[] {
  const readiness = readinessFacts(facts, newKeys)
  return chain.map((target) => readinessOf(target, readiness))
}

/** Built-in and own, without those of the config that name what nobody knows. */
export function knownProfiles(source: ProfileSource): readonly Profile[] {
  return profileNames(source).flatMap((name) => {
    try {
      return [resolveProfile(source, name)]
    } catch (error) {
      if (!isLlmselError(error)) throw error
      return []
    }
  })
}

import { LlmselError } from '../errors.ts'
import { parseLimits } from '../ledger/limits.ts'
import { knownNames, resolveModel, type Catalogue } from '../models/catalogue.ts'
import type { IsoDate, Provider } from '../models/model.ts'
import { nearest } from '../nearest.ts'
import type { Profile, ProfileDefinition, Target } from './profile.ts'

/** What profiles are resolved from. */
export interface ProfileSource {
  readonly catalogue: Catalogue
  readonly definitions: Readonly<Record<string, ProfileDefinition>>
  /** Origins of the providers' servers, without `/v1`; null leaves the provider's own. */
  readonly baseUrls: Readonly<Record<Provider, string | null>>
  /** The day as of which aliases are resolved. */
  readonly today: IsoDate
}

interface Recipe {
  readonly model: string
  readonly failover: boolean
  readonly chain: readonly string[]
  readonly enforce: boolean
  readonly limit?: string
  readonly env: Readonly<Record<string, string>>
}

const BUILT_IN: Readonly<Record<string, Recipe>> = {
  premium: { model: 'sonnet', failover: false, chain: [], enforce: false, env: {} },
  budget: { model: 'haiku', failover: true, chain: ['ollama', 'gpt'], enforce: false, env: {} },
  // A free session never spends, so its chain holds local models only and binds every request.
  free: { model: 'ollama', failover: true, chain: [], enforce: true, env: {} },
}

/** The built-in profiles and the person's own, built-in first. */
export function profileNames({ definitions }: Pick<ProfileSource, 'definitions'>): string[] {
  return [...new Set([...Object.keys(BUILT_IN), ...Object.keys(definitions)])]
}

/**
 * A profile by name, or an alias or model id in its place.
 * @throws LlmselError `usage` for an unknown name, with the nearest known one.
 */
export function resolveProfile(source: ProfileSource, name: string): Profile {
  const recipe = recipeOf(source, name)
  const target = targetOf(source, recipe.model)
  if (target === null) throw unknownName(source, recipe.model, recipe.model === name ? null : name)
  const rest = recipe.failover ? recipe.chain.map((hop) => chainTarget(source, name, hop)) : []
  const distinct = rest.filter(
    (hop, index) => !sameAsEarlier(hop, [target, ...rest.slice(0, index)]),
  )
  const chain: Profile['chain'] = [target, ...distinct]
  if (name === 'free') refusePaid(chain)
  return {
    name,
    kind: Object.hasOwn(source.definitions, name) ? 'user' : kindOf(name),
    target,
    chain,
    failover: recipe.failover,
    enforce: recipe.enforce,
    limits: recipe.limit === undefined ? [] : parseLimits(recipe.limit, `profiles.${name}.limit`),
    env: recipe.env,
  }
}

function refusePaid(chain: Profile['chain']): void {
  const paid = chain.find(({ provider }) => provider !== 'ollama')
  if (paid === undefined) return
  throw new LlmselError(
    'invalid-config',
    `profile "free" names ${paid.model}, which is not local`,
    {
      hint: 'a free session never spends; give a profile of another name that model',
    },
  )
}

function kindOf(name: string): Profile['kind'] {
  return Object.hasOwn(BUILT_IN, name) ? 'built-in' : 'model'
}

function recipeOf({ definitions }: ProfileSource, name: string): Recipe {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined
  const own = Object.hasOwn(definitions, name) ? definitions[name] : undefined
  const base = builtIn ?? { model: name, failover: false, chain: [], enforce: false, env: {} }
  return { ...base, ...own }
}

function targetOf({ catalogue, today }: ProfileSource, name: string): Target | null {
  const found = resolveModel(catalogue, name, today)
  return found === null
    ? null
    : { provider: found.model.provider, model: found.id, row: found.model }
}

function chainTarget(source: ProfileSource, profile: string, hop: string): Target {
  const target = targetOf(source, hop)
  if (target === null) throw unknownName(source, hop, profile)
  return target
}

function sameAsEarlier(hop: Target, earlier: readonly Target[]): boolean {
  return earlier.some(({ provider, model }) => provider === hop.provider && model === hop.model)
}

function unknownName(source: ProfileSource, name: string, inProfile: string | null): LlmselError {
  const where = inProfile === null ? '' : `, which profile "${inProfile}" names`
  const known = [...profileNames(source), ...knownNames(source.catalogue)].filter(
    (each) => each !== name,
  )
  const close = nearest(name, known)
  const guess = close === null ? '' : `did you mean "${close}"? `
  return new LlmselError('usage', `no profile or model "${name}"${where}`, {
    hint: `${guess}run: llmsel models`,
  })
}

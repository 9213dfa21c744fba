import type { Settings } from '../config/settings.ts'
import { isLlmselError } from '../errors.ts'
import { resolveModel } from '../models/catalogue.ts'
import { lifecycleWarning, statusOn } from '../models/lifecycle.ts'
import { resolveProfile, type ProfileSource } from '../profiles/resolve.ts'
import { found, ok, type Finding } from './finding.ts'

type Variables = Readonly<Record<string, string | undefined>>

interface Mention {
  /** `profiles.night.model`, or a variable. */
  readonly where: string
  readonly name: string
  /** The command that puts another name there. */
  readonly fix: (replacement: string) => string
}

/** Models that end or have ended, and names that mean nothing, wherever they are in use. */
export function modelFindings(
  source: ProfileSource,
  settings: Settings,
  env: Variables,
): Finding[] {
  const mentions = [...mentionsIn(settings), ...mentionsLive(env)]
  const ending = mentions.flatMap((mention) => lifecycleFinding(source, mention))
  const all = [...unresolved(source, settings), ...ending]
  return all.length > 0 ? all : [ok('models', 'no model in use is retired or about to be')]
}

function mentionsIn({ default: named, pins, profiles }: Settings): Mention[] {
  const set = (where: string): Pick<Mention, 'where' | 'fix'> => ({
    where,
    fix: (replacement) => `llmsel config set ${where} ${replacement}`,
  })
  return [
    ...(named === null ? [] : [{ ...set('default'), name: named }]),
    ...Object.entries(pins).map(([alias, name]) => ({
      where: `pins.${alias}`,
      name,
      fix: () => `llmsel models unpin ${alias}`,
    })),
    ...Object.entries(profiles).flatMap(([profile, { model, chain = [] }]) => [
      ...(model === undefined ? [] : [{ ...set(`profiles.${profile}.model`), name: model }]),
      ...chain.map((name) => ({
        where: `profiles.${profile}.chain`,
        name,
        fix: (replacement: string) => {
          const hops = chain.map((hop) => (hop === name ? replacement : hop))
          return `llmsel config set profiles.${profile}.chain ${hops.join(',')}`
        },
      })),
    ]),
  ]
}

const LIVE = ['LLMSEL_MODEL', 'CLAUDE_MODEL', 'ANTHROPIC_MODEL', 'OPENAI_MODEL'] as const

/** In this shell: each model once, under the first variable that names it. */
function mentionsLive(env: Variables): Mention[] {
  const first = new Map<string, string>()
  for (const variable of LIVE) {
    const name = env[variable] ?? ''
    if (name !== '' && !first.has(name)) first.set(name, variable)
  }
  return [...first].map(([name, where]) => ({
    where: `${where} in this shell`,
    name,
    fix: (replacement) => `llmsel use ${replacement}`,
  }))
}

function lifecycleFinding({ catalogue, today }: ProfileSource, mention: Mention): Finding[] {
  const resolution = resolveModel(catalogue, mention.name, today)
  const warning = resolution === null ? null : lifecycleWarning(resolution, today)
  if (resolution === null || warning === null) return []
  const status = statusOn(resolution.model, today)
  const state = status === 'retired' ? 'broken' : status === 'ending' ? 'warning' : 'note'
  const { replacement } = resolution.model.lifecycle
  const fix = replacement === null ? 'llmsel models' : mention.fix(replacement)
  return [found('models', state, { message: `${mention.where}: ${warning}`, fix })]
}

function unresolved(
  source: ProfileSource,
  { default: named, pins, profiles }: Settings,
): Finding[] {
  const names = [...Object.keys(profiles), ...(named === null ? [] : [named])]
  const ofProfiles = [...new Set(names)].flatMap((name) => {
    try {
      resolveProfile(source, name)
      return []
    } catch (error) {
      if (!isLlmselError(error)) throw error
      return [found('models', 'broken', { message: error.message, fix: error.hint })]
    }
  })
  const ofPins = Object.entries(pins)
    .filter(([, id]) => resolveModel(source.catalogue, id, source.today) === null)
    .map(([alias, id]) =>
      found('models', 'broken', {
        message: `pins.${alias} names an unknown model "${id}"`,
        fix: `llmsel models unpin ${alias}`,
      }),
    )
  return [...ofProfiles, ...ofPins]
}

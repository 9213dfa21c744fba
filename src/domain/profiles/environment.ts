import { resolveModel } from '../models/catalogue.ts'
import type { IsoDate, Model } from '../models/model.ts'
import { pricesOn } from '../models/prices.ts'
import type { Environment } from '../shell/environment.ts'
import { routeVariables, type GatewayRoute } from './gateway-route.ts'
import { OLLAMA_URL } from './ollama-host.ts'
import type { Profile, Target } from './profile.ts'
import type { ProfileSource } from './resolve.ts'

/** Which model: no profile leaves another's choice, or a hand-typed one, standing. */
const CHOICE = [
  'CLAUDE_MODEL',
  'LLM_DEFAULT_PROVIDER',
  'LLM_FAILOVER_ENABLED',
  'ANTHROPIC_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'OPENAI_MODEL',
  'LLM_MODEL',
  'AIDER_MODEL',
  'GOOSE_PROVIDER',
  'GOOSE_MODEL',
  'LLMSEL_PROFILE',
  'LLMSEL_MODEL',
  'LLMSEL_GATEWAY_URL',
] as const

/** Each sends Claude Code to a cloud's own, paid, endpoint past ANTHROPIC_BASE_URL. */
const CLOUDS = [
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
] as const

/** Where requests go and with which credential: the person's own, unless the profile needs another. */
const ROUTE = [
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_API_BASE',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'OPENAI_BASE_URL',
  'OPENAI_API_BASE',
  'OPENAI_API_KEY',
  'OLLAMA_HOST',
  'OLLAMA_API_BASE',
  ...CLOUDS,
] as const

/** The person's own, to which the gateway adds itself. */
const PROXY = ['NO_PROXY', 'no_proxy'] as const

/** What never holds a secret. */
export const HARMLESS: ReadonlySet<string> = new Set(
  [...CHOICE, ...CLOUDS, ...PROXY].filter((name) => name !== 'LLMSEL_GATEWAY_URL'),
)

/** Every variable that some profile sets or unsets, the person's own profiles included. */
export function managedNames({ definitions }: Pick<ProfileSource, 'definitions'>): string[] {
  const own = Object.values(definitions).flatMap(({ env }) => Object.keys(env ?? {}))
  return [...new Set<string>([...CHOICE, ...ROUTE, ...PROXY, ...own])]
}

/** `route`: through the gateway; null: programs ask the providers themselves. */
export function environmentOf(
  profile: Profile,
  source: ProfileSource,
  route: GatewayRoute | null = null,
): Environment {
  const local = profile.target.provider === 'ollama'
  const set: Record<string, string> = {
    ...choiceOf(profile, source),
    ...(route === null ? directRoute(local, source.baseUrls) : routeVariables(route)),
    ...profile.env,
  }
  const others = managedNames(source).filter((name) => !Object.hasOwn(set, name))
  const forced = new Set<string>(local ? [...CHOICE, ...ROUTE] : CHOICE)
  // Anthropic's programs would show this key in place of the token.
  if (route?.claudeToken === true) forced.add('ANTHROPIC_API_KEY')
  return {
    set,
    unset: others.filter((name) => forced.has(name)),
    release: others.filter((name) => !forced.has(name)),
  }
}

function choiceOf(profile: Profile, source: ProfileSource): Record<string, string> {
  const { target, failover, name } = profile
  return {
    ...(target.provider === 'claude' ? { CLAUDE_MODEL: target.model } : {}),
    LLM_DEFAULT_PROVIDER: target.provider,
    LLM_FAILOVER_ENABLED: String(failover),
    ...(target.provider === 'openai' ? {} : claudeCode(target, source)),
    ...(target.provider === 'claude' ? {} : { OPENAI_MODEL: target.model }),
    LLM_MODEL: target.provider === 'claude' ? `anthropic/${target.model}` : target.model,
    AIDER_MODEL: `${AIDER_PREFIX[target.provider]}/${target.model}`,
    GOOSE_PROVIDER: target.provider === 'claude' ? 'anthropic' : target.provider,
    GOOSE_MODEL: target.model,
    LLMSEL_PROFILE: name,
    LLMSEL_MODEL: target.model,
  }
}

const AIDER_PREFIX = { claude: 'anthropic', openai: 'openai', ollama: 'ollama_chat' } as const

/**
 * Claude Code asks for three tiers by name, for side tasks and sub-agents too. The profile's model is
 * the ceiling: a tier that costs more, or whose price is unknown, becomes the profile's model.
 */
function claudeCode(target: Target, source: ProfileSource): Record<string, string> {
  return {
    ANTHROPIC_MODEL: target.model,
    ANTHROPIC_DEFAULT_OPUS_MODEL: tier('opus', target, source),
    ANTHROPIC_DEFAULT_SONNET_MODEL: tier('sonnet', target, source),
    ANTHROPIC_DEFAULT_HAIKU_MODEL: tier('haiku', target, source),
    CLAUDE_CODE_SUBAGENT_MODEL: target.model,
  }
}

function tier(alias: string, target: Target, source: ProfileSource): string {
  if (target.provider !== 'claude' || target.row.id.includes(alias)) return target.model
  const found = resolveModel(source.catalogue, alias, source.today)
  if (found === null || found.model.provider !== 'claude') return target.model
  const dearer = outputPrice(found.model, source.today) >= outputPrice(target.row, source.today)
  return dearer ? target.model : found.id
}

/** For ordering only; unknown counts as dearest. */
function outputPrice(model: Model, today: IsoDate): number {
  return Number(pricesOn(model, today)?.bands[0]?.output ?? Number.POSITIVE_INFINITY)
}

function directRoute(local: boolean, urls: ProfileSource['baseUrls']): Record<string, string> {
  return local ? localRoute(urls.ollama ?? OLLAMA_URL) : ownRoutes(urls)
}

/** Ollama serves all three formats itself, so no program in the shell reaches a paid service. */
function localRoute(url: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_BASE: url,
    ANTHROPIC_AUTH_TOKEN: 'ollama',
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_BASE: `${url}/v1`,
    OPENAI_API_KEY: 'ollama',
    OLLAMA_HOST: url,
    OLLAMA_API_BASE: url,
  }
}

function ownRoutes({ claude, openai, ollama }: ProfileSource['baseUrls']): Record<string, string> {
  return {
    ...(claude === null ? {} : { ANTHROPIC_BASE_URL: claude, ANTHROPIC_API_BASE: claude }),
    ...(openai === null
      ? {}
      : { OPENAI_BASE_URL: `${openai}/v1`, OPENAI_API_BASE: `${openai}/v1` }),
    ...(ollama === null ? {} : { OLLAMA_HOST: ollama, OLLAMA_API_BASE: ollama }),
  }
}

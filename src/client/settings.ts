import { createCatalogue, resolveModel } from '../domain/models/catalogue.ts'
import { isoDate } from '../domain/models/dates.ts'
import { isProvider, type Model, type Provider } from '../domain/models/model.ts'
import { OLLAMA_URL } from '../domain/profiles/ollama-host.ts'
import { tokenIn } from '../domain/profiles/gateway-route.ts'
import { ollamaUrlOf } from '../domain/profiles/ollama-host.ts'
import { UnifiedLLMError } from './error.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** Everything that the environment says, made out. */
export interface ClientSettings {
  /** The first to ask, then those that take over; one alone where failover is off. */
  readonly order: readonly [Provider, ...Provider[]]
  readonly providers: Readonly<Record<Provider, ProviderSettings>>
  /** With its token, which stands for every key; null: each provider is asked itself. */
  readonly gatewayUrl: string | null
  /** What may stand in no error. */
  readonly secrets: readonly string[]
}

export interface ProviderSettings {
  readonly model: string
  /** Null: the catalogue does not have it. */
  readonly row: Model | null
  /** Of what asks for an answer. */
  readonly baseUrl: string
  /** With the key; null: there is none. */
  readonly auth: Readonly<Record<string, string>> | null
}

export interface Choices {
  readonly env: Variables
  readonly models: Readonly<Partial<Record<Provider, string>>>
  readonly provider: Provider | null
  readonly failover: boolean | null
  readonly now: Date
}

/** Who takes over from whom, the first aside. */
const TAKE_OVER: readonly Provider[] = ['claude', 'ollama', 'openai']
const ALIASES: Readonly<Record<Provider, string>> = {
  claude: 'sonnet',
  ollama: 'ollama',
  openai: 'gpt',
}

/** @throws UnifiedLLMError `invalid-input` for a default provider that is none. */
export function settingsOf(choices: Choices): ClientSettings {
  const value = (name: string) => choices.env[name]?.trim() ?? ''
  const first = choices.provider ?? defaultProvider(value('LLM_DEFAULT_PROVIDER'))
  const failover = choices.failover ?? /^(?:1|true|yes|on)$/i.test(value('LLM_FAILOVER_ENABLED'))
  const rest = failover ? TAKE_OVER.filter((provider) => provider !== first) : []
  const chosen = { ...namedModels(value), ...choices.models }
  const models = modelsOf(chosen, choices.now)
  const providers = {
    claude: { ...models.claude, ...claudePlace(value) },
    openai: { ...models.openai, ...openaiPlace(value) },
    ollama: { ...models.ollama, baseUrl: ollamaPlace(value('OLLAMA_HOST')), auth: {} },
  }
  const gatewayUrl = gatewayAmong([value('LLMSEL_GATEWAY_URL'), providers[first].baseUrl])
  const keys = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'OPENAI_API_KEY'].map(value)
  const token = gatewayUrl === null ? '' : (tokenIn(gatewayUrl) ?? '')
  return {
    // A gateway has a chain of its own.
    order: gatewayUrl === null ? [first, ...rest] : [first],
    providers,
    gatewayUrl,
    secrets: [...keys, token].filter((secret) => secret !== ''),
  }
}

type Value = (name: string) => string

function defaultProvider(name: string): Provider {
  if (name === '') return 'claude'
  const asked = name.toLowerCase()
  if (isProvider(asked)) return asked
  throw new UnifiedLLMError(
    'invalid-input',
    `LLM_DEFAULT_PROVIDER is "${name}"; it takes claude, openai or ollama`,
  )
}

/** A profile of a local model puts its name into variables of other providers, too. */
function namedModels(value: Value): Readonly<Partial<Record<Provider, string>>> {
  const isLocal = value('LLM_DEFAULT_PROVIDER').toLowerCase() === 'ollama'
  const named = {
    claude: value('CLAUDE_MODEL'),
    openai: isLocal ? '' : value('OPENAI_MODEL'),
    ollama: isLocal ? value('LLMSEL_MODEL') : '',
  }
  return Object.fromEntries(Object.entries(named).filter(([, name]) => name !== ''))
}

type Named = Pick<ProviderSettings, 'model' | 'row'>

/**
 * Aliases become ids; a name that the catalogue does not know is asked for as it is. The library
 * reads no file, so neither a refresh nor the user's own models: it runs where there may be none.
 */
function modelsOf(
  chosen: Readonly<Partial<Record<Provider, string>>>,
  now: Date,
): Readonly<Record<Provider, Named>> {
  const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: chosen.ollama ?? null })
  const named = (provider: Provider): Named => {
    const name = chosen[provider] ?? ALIASES[provider]
    const found = resolveModel(catalogue, name, isoDate(now))
    return found === null ? { model: name, row: null } : { model: found.id, row: found.model }
  }
  return { claude: named('claude'), openai: named('openai'), ollama: named('ollama') }
}

type Place = Pick<ProviderSettings, 'baseUrl' | 'auth'>

function claudePlace(value: Value): Place {
  const [key, bearer] = [value('ANTHROPIC_API_KEY'), value('ANTHROPIC_AUTH_TOKEN')]
  const given = trimmed(value('ANTHROPIC_BASE_URL')).replace(/\/v1$/, '')
  return {
    baseUrl: given === '' ? 'https://api.anthropic.com' : given,
    auth:
      key !== ''
        ? { 'x-api-key': key }
        : bearer === ''
          ? null
          : { authorization: `Bearer ${bearer}` },
  }
}

/** As its own client reads it: with the version in it. */
function openaiPlace(value: Value): Place {
  const key = value('OPENAI_API_KEY')
  const given = trimmed(value('OPENAI_BASE_URL'))
  return {
    baseUrl: given === '' ? 'https://api.openai.com/v1' : given,
    auth: key === '' ? null : { authorization: `Bearer ${key}` },
  }
}

function ollamaPlace(host: string): string {
  return host === '' ? OLLAMA_URL : ollamaUrlOf(host)
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Without `/v1`, which a base URL for OpenAI's programs has. */
function gatewayAmong(urls: readonly string[]): string | null {
  const found = urls.find((url) => tokenIn(url) !== null)
  return found === undefined ? null : trimmed(found).replace(/\/v1$/, '')
}

import type { Provider } from '../models/model.ts'

type KeyedProvider = Exclude<Provider, 'ollama'>

/** The variables that hold a provider's key, in the order in which its programs look. */
export const KEYS: Readonly<Record<KeyedProvider, readonly [string, ...string[]]>> = {
  claude: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  openai: ['OPENAI_API_KEY'],
}

/** One hop of a chain, and whether it can be asked now. */
export interface Hop {
  readonly provider: Provider
  readonly model: string
  readonly ready: boolean
  /** Why it is or is not ready. */
  readonly reason: string
  /** What makes it ready; null when it is. */
  readonly fix: string | null
}

/** What is known of a local server: nothing or something is there, it asks for a key, or what it has pulled. */
export type OllamaAnswer = 'silent' | 'listens' | 'locked' | readonly string[]

export interface ReadinessFacts {
  /** Where a provider's key was found, in words; null: nowhere. */
  readonly keyOf: (provider: KeyedProvider) => string | null
  readonly ollamaUrl: string
  readonly ollama: OllamaAnswer
  /** The gateway can be given keys; without it only a shell can hold them. */
  readonly through: 'gateway' | 'shell'
}

/** The same words wherever a chain is shown: at the start of a session, in errors, by `doctor`. */
export function readinessOf(
  { provider, model }: Pick<Hop, 'provider' | 'model'>,
  facts: ReadinessFacts,
): Hop {
  const state = provider === 'ollama' ? ollama(model, facts) : keyed(provider, facts)
  return { provider, model, ...state }
}

type Readiness = Pick<Hop, 'ready' | 'reason' | 'fix'>

function keyed(provider: KeyedProvider, { keyOf, through }: ReadinessFacts): Readiness {
  const found = keyOf(provider)
  if (found !== null) return { ready: true, reason: found, fix: null }
  const [name] = KEYS[provider]
  const login = provider === 'claude' ? ', or log in with claude' : ''
  return through === 'gateway'
    ? { ready: false, reason: 'no key', fix: `llmsel keys set ${provider}${login}` }
    : { ready: false, reason: 'no key in this shell', fix: `export ${name}${login}` }
}

function ollama(model: string, { ollamaUrl, ollama: answer }: ReadinessFacts): Readiness {
  if (answer === 'silent') {
    const fix = `start it: ollama serve; ollama pull ${model}`
    return { ready: false, reason: `no Ollama at ${ollamaUrl}`, fix }
  }
  if (answer === 'locked')
    return { ready: false, reason: `${ollamaUrl} asks for a key`, fix: 'llmsel keys set ollama' }
  if (answer === 'listens') return { ready: true, reason: `listens at ${ollamaUrl}`, fix: null }
  const pulled = answer.some((name) => name === model || name === `${model}:latest`)
  return pulled
    ? { ready: true, reason: `pulled at ${ollamaUrl}`, fix: null }
    : { ready: false, reason: `not pulled at ${ollamaUrl}`, fix: `ollama pull ${model}` }
}

import type { Profile, Target } from '../profiles/profile.ts'
import { ownValue } from '../shell/own-values.ts'
import type { Provider } from '../models/model.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** One hop of the chain, and whether a program in the session can use it now. */
export interface Hop {
  readonly provider: Provider
  readonly model: string
  readonly ready: boolean
  /** Why it is or is not ready. */
  readonly reason: string
  /** What makes it ready; null when it is. */
  readonly fix: string | null
}

export const KEYS: Readonly<Record<'claude' | 'openai', readonly [string, ...string[]]>> = {
  claude: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  openai: ['OPENAI_API_KEY'],
}

const LOGIN: Readonly<Record<'claude' | 'openai', string>> = {
  claude: ', or log in with claude',
  openai: '',
}

export interface ForecastOptions {
  readonly profile: Profile
  /** The session's own additions, over the caller's variables. */
  readonly extraEnv: Variables
  readonly caller: Variables
  readonly ollamaUrl: string
  readonly ollamaAnswers: boolean
}

export function forecast(options: ForecastOptions): Hop[] {
  return options.profile.chain.map((target) => ({
    provider: target.provider,
    model: target.model,
    ...readiness(target, options),
  }))
}

/** Whether the local server has to be asked. */
export function needsOllama({ chain }: Profile): boolean {
  return chain.some(({ provider }) => provider === 'ollama')
}

type Readiness = Pick<Hop, 'ready' | 'reason' | 'fix'>

function readiness({ provider, model }: Target, options: ForecastOptions): Readiness {
  if (provider === 'ollama') return ollama(model, options)
  const value = (name: string) => options.extraEnv[name] ?? ownValue(options.caller, name)
  const found = KEYS[provider].find((name) => (value(name) ?? '') !== '')
  if (found !== undefined) return { ready: true, reason: `${found} is set`, fix: null }
  const [name] = KEYS[provider]
  return { ready: false, reason: 'no key in this shell', fix: `export ${name}${LOGIN[provider]}` }
}

function ollama(model: string, { ollamaUrl, ollamaAnswers }: ForecastOptions): Readiness {
  if (ollamaAnswers) return { ready: true, reason: `listens at ${ollamaUrl}`, fix: null }
  return {
    ready: false,
    reason: `no Ollama at ${ollamaUrl}`,
    fix: `start it: ollama serve; ollama pull ${model}`,
  }
}

/** Null: the profile does not want failover. */
export function failoverNote({ failover, chain }: Profile): string | null {
  if (!failover) return null
  return chain.length === 1
    ? 'wanted, but the chain has no second hop'
    : 'wanted by the profile, not live: a program has to change model by itself (LLM_FAILOVER_ENABLED=true)'
}

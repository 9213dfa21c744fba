import { KEYS, readinessOf, type Hop, type OllamaAnswer } from '../failover/readiness.ts'
import type { Profile } from '../profiles/profile.ts'
import { ownValue } from '../shell/own-values.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface ForecastOptions {
  readonly profile: Profile
  /** The session's own additions, over the caller's variables. */
  readonly extraEnv: Variables
  readonly caller: Variables
  readonly ollamaUrl: string
  readonly ollama: OllamaAnswer
}

/** The chain as a program in the session finds it, without the gateway. */
export function forecast({ profile, extraEnv, caller, ...ollama }: ForecastOptions): Hop[] {
  const value = (name: string) => extraEnv[name] ?? ownValue(caller, name)
  const facts = {
    ...ollama,
    through: 'shell' as const,
    keyOf: (provider: keyof typeof KEYS) => {
      const name = KEYS[provider].find((each) => (value(each) ?? '') !== '')
      return name === undefined ? null : `${name} is set`
    },
  }
  return profile.chain.map((target) => readinessOf(target, facts))
}

/** Whether the local server has to be asked. */
export function needsOllama({ chain }: Profile): boolean {
  return chain.some(({ provider }) => provider === 'ollama')
}

/** Null: the profile does not want failover. */
export function failoverNote({ failover, chain }: Profile, live: boolean): string | null {
  if (!failover) return null
  if (live && chain.length > 1) return 'live, through the gateway'
  return chain.length === 1
    ? 'wanted, but the chain has no second hop'
    : 'wanted by the profile, not live: a program has to change model by itself (LLM_FAILOVER_ENABLED=true)'
}

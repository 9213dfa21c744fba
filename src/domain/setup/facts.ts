import { KEYS, type ReadinessFacts } from '../failover/readiness.ts'
import type { InstallShell } from '../shell/rc-lines.ts'
import { ownValue } from '../shell/own-values.ts'
import type { LocalChoice } from './local-models.ts'

/** A provider that asks for a key. */
export type KeyedProvider = keyof typeof KEYS

export const KEYED_PROVIDERS = ['claude', 'openai'] as const

/** What is there already, on this machine. */
export interface SetupFacts {
  readonly ollama: OllamaFound
  /** Where each key is, in words; null: nowhere. */
  readonly keys: Readonly<Record<KeyedProvider, string | null>>
  /** Why `llmsel keys` can keep none, and what mends that; null: it can. */
  readonly keyFault: { readonly message: string; readonly fix: string | null } | null
  readonly shells: readonly FoundShell[]
  readonly tmux: { readonly version: string | null; readonly install: string }
  readonly claudeCode: {
    readonly installed: boolean
    /** Settings of its own that beat the shell, a line each. */
    readonly overrides: readonly string[]
  }
}

export interface OllamaFound {
  /** Of the server that answers, or of the one that would be asked. */
  readonly url: string
  /** It asks for a key, so that it is not known what it has. */
  readonly locked: boolean
  /** Null: nothing answers with them. */
  readonly models: readonly LocalChoice[] | null
}

export interface FoundShell {
  readonly shell: InstallShell
  /** The person's own, as SHELL has it. */
  readonly isOwn: boolean
  /** It loads llmsel. */
  readonly loads: boolean
  /** What loading it would make or change; empty: nothing. */
  readonly changes: readonly string[]
  /** Why its start-up files cannot be changed; null: they can. */
  readonly problem: string | null
}

type Variables = Readonly<Record<string, string | undefined>>

/** `kept`: by `llmsel keys`. */
export function foundKeys(
  env: Variables,
  { kept, claudeLogin }: { readonly kept: readonly string[]; readonly claudeLogin: boolean },
): SetupFacts['keys'] {
  const keyOf = (provider: KeyedProvider): string | null => {
    const name = KEYS[provider].find((each) => (ownValue(env, each) ?? '') !== '')
    if (name !== undefined) return `${name} is set`
    return kept.includes(provider) ? 'key kept by llmsel keys' : null
  }
  const login = claudeLogin ? 'Claude Code is logged in' : null
  return { claude: keyOf('claude') ?? login, openai: keyOf('openai') }
}

/** Through the gateway, in which the keys that are about to be kept count. */
export function readinessFacts(
  { keys, ollama }: Pick<SetupFacts, 'keys' | 'ollama'>,
  newKeys: readonly KeyedProvider[],
): ReadinessFacts {
  return {
    keyOf: (provider) => (newKeys.includes(provider) ? 'key kept by llmsel keys' : keys[provider]),
    ollamaUrl: ollama.url,
    ollama: ollama.models?.map(({ name }) => name) ?? (ollama.locked ? 'locked' : 'silent'),
    through: 'gateway',
  }
}

import { parseKey, valueAt, withValue } from '../config/keys.ts'
import { OLLAMA_URL } from '../profiles/ollama-host.ts'
import type { JsonObject } from '../json.ts'
import type { InstallShell } from '../shell/rc-lines.ts'
import type { KeyedProvider, SetupFacts } from './facts.ts'
import type { Answers } from './propose.ts'

/** What is to be changed, and nothing that is as it should be. */
export interface SetupPlan {
  readonly settings: readonly SettingChange[]
  readonly keys: readonly KeyedProvider[]
  readonly shells: readonly ShellChange[]
}

export interface SettingChange {
  readonly key: string
  /** Null: it is not set. */
  readonly before: string | null
  readonly after: string
}

export interface ShellChange {
  readonly shell: InstallShell
  readonly files: readonly string[]
}

interface Present {
  /** The config file's own JSON. */
  readonly document: JsonObject
  /** Where programs are sent to when they ask Ollama. */
  readonly ollamaUrl: string
}

export function planOf(
  answers: Answers,
  { ollama, shells }: Pick<SetupFacts, 'ollama' | 'shells'>,
  { document, ollamaUrl }: Present,
): SetupPlan {
  // One that is only known from OLLAMA_HOST would be lost in sessions.
  const url = ollama.models !== null && ollama.url !== ollamaUrl ? ollama.url : null
  const wanted: readonly (readonly [string, string | null])[] = [
    ['default', answers.profile],
    ['providers.ollama.model', answers.ollamaModel],
    ['providers.ollama.baseUrl', url],
  ]
  return {
    settings: wanted.flatMap(([key, after]) => {
      const value = valueAt(document, parseKey(key))
      const before = typeof value === 'string' ? value : null
      return after === null || before === after ? [] : [{ key, before, after }]
    }),
    keys: answers.keys,
    shells: shells
      .filter(({ shell, changes }) => answers.shells.includes(shell) && changes.length > 0)
      .map(({ shell, changes }) => ({ shell, files: changes })),
  }
}

export function isEmpty({ settings, keys, shells }: SetupPlan): boolean {
  return settings.length + keys.length + shells.length === 0
}

/** The config file with the plan's settings. */
export function withSettings(document: JsonObject, { settings }: SetupPlan): JsonObject {
  return settings.reduce(
    (before, { key, after }) => withValue(before, parseKey(key), after),
    document,
  )
}

/** Where to look for Ollama: where it is configured, or else where its own clients look. */
export function ollamaPlaces(configured: string | null, own: string | null): readonly string[] {
  if (configured !== null) return [configured]
  return [...new Set(own === null ? [OLLAMA_URL] : [own, OLLAMA_URL])]
}

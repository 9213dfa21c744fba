import { reasonOf } from '../domain/errors.ts'
import { isKey } from '../domain/config/key.ts'
import { profileSource } from '../domain/config/source.ts'
import type { Settings } from '../domain/config/settings.ts'
import { PROVIDERS, type Provider } from '../domain/models/model.ts'
import type { ProfileSource } from '../domain/profiles/resolve.ts'
import type { ConfigStore, Env, KeyStore, StoredKey } from '../ports.ts'
import { keyFor, keysIn, type KeySources } from './credentials.ts'
import type { OwnKey } from './sessions.ts'

/** What the gateway knows from files and its environment; read anew without a restart. */
export interface Live {
  readonly settings: Settings
  readonly source: ProfileSource
  /** After a session's own. */
  readonly keys: KeySources
  /** What could not be read, and was left as it was. */
  readonly faults: readonly string[]
}

export interface LiveHost {
  readonly env: Env
  readonly config: ConfigStore
  readonly keys: KeyStore
  readonly now: () => Date
  /** Prints what a key command prints. */
  readonly runCommand: (line: string) => Promise<string>
}

/** With `before`, a file that has become unreadable changes nothing. */
export async function readLive(host: LiveHost, before: Live | null): Promise<Live> {
  const faults: string[] = []
  const settings = attempt(faults, () => host.config.read(), before?.settings)
  const stored = attempt(faults, () => host.keys.read(), {})
  const kept = await resolveKeys(host, stored, faults)
  return {
    settings,
    source: profileSource(settings, host.env, host.now()),
    keys: [
      { from: 'gateway', keys: keysIn(host.env) },
      { from: 'keys', keys: kept },
    ],
    faults,
  }
}

function attempt<T>(faults: string[], read: () => T, otherwise: T | undefined): T {
  try {
    return read()
  } catch (error) {
    if (otherwise === undefined) throw error
    faults.push(reasonOf(error))
    return otherwise
  }
}

async function resolveKeys(
  host: LiveHost,
  stored: Readonly<Partial<Record<Provider, StoredKey>>>,
  faults: string[],
): Promise<Partial<Record<Provider, OwnKey>>> {
  const keys: Partial<Record<Provider, OwnKey>> = {}
  for (const provider of PROVIDERS) {
    const row = stored[provider]
    if (row === undefined) continue
    try {
      const key = row.kind === 'key' ? row.key : (await host.runCommand(row.command)).trim()
      if (isKey(key)) keys[provider] = keyFor(provider, key)
      else if (key !== '')
        faults.push(`what is kept for ${provider} is no key: it holds spaces or several lines`)
    } catch {
      // What a command says may hold the key.
      faults.push(`the key command of ${provider} failed`)
    }
  }
  return keys
}

import { LlmselError, reasonOf } from '../errors.ts'
import { createCatalogue } from '../models/catalogue.ts'
import { isoDate } from '../models/dates.ts'
import type { Provider } from '../models/model.ts'
import type { ProfileSource } from '../profiles/resolve.ts'
import { checkBaseUrl, checkLedgerUrl } from './schema.ts'
import type { Settings } from './settings.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * What profiles are resolved from: the settings, with the environment's overrides for one run.
 * @throws LlmselError `usage` naming an override that is no URL.
 */
export function profileSource(settings: Settings, env: Variables, now: Date): ProfileSource {
  const { pins, models, refreshed, ollamaModel, profiles, baseUrls } = settings
  return {
    catalogue: createCatalogue({ pins, models, refreshed, ollamaModel }),
    definitions: profiles,
    baseUrls: {
      claude: override(env, 'claude') ?? baseUrls.claude,
      openai: override(env, 'openai') ?? baseUrls.openai,
      ollama: override(env, 'ollama') ?? baseUrls.ollama,
    },
    today: isoDate(now),
  }
}

/** Decides for one run, whatever the config says. */
export const AUTOSTART = 'LLMSEL_GATEWAY_AUTOSTART'

/**
 * Whether sessions go through the gateway where nothing else is said.
 * @throws LlmselError `usage` naming the variable where it is neither `true` nor `false`.
 */
export function gatewayWanted({ gateway }: Settings, env: Variables): boolean {
  const override = env[AUTOSTART] ?? ''
  if (override === '') return gateway.autostart
  if (override !== 'true' && override !== 'false')
    throw new LlmselError('usage', `"${AUTOSTART}" must be true or false`)
  return override === 'true'
}

/**
 * The ledger that several machines share; null: this machine's own.
 * @throws LlmselError `usage` naming the variable that is no URL.
 */
export function ledgerUrl({ ledger }: Settings, env: Variables): string | null {
  const url = env['LLMSEL_LEDGER_URL'] ?? ''
  return url === '' ? ledger.url : checked(url, 'LLMSEL_LEDGER_URL', checkLedgerUrl)
}

export function hasOverrides(env: Variables): boolean {
  return Object.values(OVERRIDES).some((variable) => (env[variable] ?? '') !== '')
}

export const OVERRIDES: Readonly<Record<Provider, string>> = {
  claude: 'LLMSEL_CLAUDE_BASE_URL',
  openai: 'LLMSEL_OPENAI_BASE_URL',
  ollama: 'LLMSEL_OLLAMA_BASE_URL',
}

function override(env: Variables, provider: Provider): string | null {
  const variable = OVERRIDES[provider]
  const value = env[variable] ?? ''
  return value === '' ? null : checked(value, variable, checkBaseUrl)
}

function checked<T>(
  value: string,
  variable: string,
  check: (value: unknown, name: string) => T,
): T {
  try {
    return check(value, variable)
  } catch (cause) {
    throw new LlmselError('usage', reasonOf(cause), { cause })
  }
}

import { LlmselError, reasonOf } from '../errors.ts'
import { createCatalogue } from '../models/catalogue.ts'
import { isoDate } from '../models/dates.ts'
import type { Provider } from '../models/model.ts'
import type { ProfileSource } from '../profiles/resolve.ts'
import { checkBaseUrl } from './schema.ts'
import type { Settings } from './settings.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * What profiles are resolved from: the settings, with the environment's overrides for one run.
 * @throws LlmselError `usage` naming an override that is no URL.
 */
export function profileSource(settings: Settings, env: Variables, now: Date): ProfileSource {
  const { pins, models, ollamaModel, profiles, baseUrls } = settings
  return {
    catalogue: createCatalogue({ pins, models, ollamaModel }),
    definitions: profiles,
    baseUrls: {
      claude: override(env, 'claude') ?? baseUrls.claude,
      openai: override(env, 'openai') ?? baseUrls.openai,
      ollama: override(env, 'ollama') ?? baseUrls.ollama,
    },
    today: isoDate(now),
  }
}

/** Whether sessions go through the gateway where nothing else is said. */
export function gatewayWanted({ gateway }: Settings, env: Variables): boolean {
  const override = env['LLMSEL_GATEWAY_AUTOSTART'] ?? ''
  return override === '' ? gateway.autostart : override !== 'false'
}

export function hasOverrides(env: Variables): boolean {
  return Object.values(OVERRIDES).some((variable) => (env[variable] ?? '') !== '')
}

const OVERRIDES: Readonly<Record<Provider, string>> = {
  claude: 'LLMSEL_CLAUDE_BASE_URL',
  openai: 'LLMSEL_OPENAI_BASE_URL',
  ollama: 'LLMSEL_OLLAMA_BASE_URL',
}

function override(env: Variables, provider: Provider): string | null {
  const variable = OVERRIDES[provider]
  const value = env[variable] ?? ''
  if (value === '') return null
  try {
    return checkBaseUrl(value, variable)
  } catch (cause) {
    throw new LlmselError('usage', reasonOf(cause), {
      cause,
    })
  }
}

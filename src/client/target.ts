import type { Provider } from '../domain/models/model.ts'
import type { Dialect } from '../domain/wire/dialect.ts'
import { dialects } from '../domain/wire/dialects.ts'
import type { ClientSettings, ProviderSettings } from './settings.ts'

/** One model that can be asked, and how. */
export interface ClientTarget extends Pick<ProviderSettings, 'model' | 'row'> {
  readonly provider: Provider
  readonly dialect: Dialect
  readonly url: string
  /** Of the other format of its provider, where it has one. */
  readonly responsesUrl: string | null
  /** Null: there is no key for it. */
  readonly headers: Readonly<Record<string, string>> | null
  /** Where a local model's abilities are asked for; null: its provider says nothing of them. */
  readonly showUrl: string | null
  /** A chain stands behind it, which takes its own time. */
  readonly isGateway: boolean
}

interface Format {
  readonly dialect: Dialect
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

const FORMATS: Readonly<Record<Provider, Format>> = {
  claude: {
    dialect: dialects['anthropic-messages'],
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
  },
  openai: { dialect: dialects['openai-chat'], path: '/chat/completions', headers: {} },
  ollama: { dialect: dialects['ollama-chat'], path: '/api/chat', headers: {} },
}

/** In the order in which they are asked. */
export function targetsOf({ order, providers, gatewayUrl }: ClientSettings): ClientTarget[] {
  return order.map((provider) => {
    const { model, row, baseUrl, auth } = providers[provider]
    const { dialect, path, headers } = FORMATS[provider]
    const base = gatewayUrl ?? baseUrl
    // The token in its path is all that a gateway asks for.
    const shown = gatewayUrl === null ? auth : {}
    const version = gatewayUrl !== null && provider === 'openai' ? '/v1' : ''
    return {
      provider,
      model,
      row,
      dialect,
      url: `${base}${version}${path}`,
      responsesUrl: provider === 'openai' ? `${base}${version}/responses` : null,
      headers: shown === null ? null : { 'content-type': 'application/json', ...headers, ...shown },
      showUrl: provider === 'ollama' ? `${base}/api/show` : null,
      isGateway: gatewayUrl !== null,
    }
  })
}

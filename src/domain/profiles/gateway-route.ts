type Variables = Readonly<Record<string, string | undefined>>

/** How the programs of a shell or a session reach the gateway. */
export interface GatewayRoute {
  /** With the token in its path, without `/v1`. */
  readonly url: string
  readonly token: string
  /** Claude's programs show the token as their key, too; false: they have a login of their own. */
  readonly claudeToken: boolean
  /** The person's own exceptions from a proxy. */
  readonly noProxy: string
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

/** Every program's way to the gateway; a proxy must not stand in it. */
export function routeVariables(route: GatewayRoute): Record<string, string> {
  const { url, token, claudeToken } = route
  const noProxy = withLoopback(route.noProxy)
  return {
    LLMSEL_GATEWAY_URL: url,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_BASE: url,
    ...(claudeToken ? { ANTHROPIC_AUTH_TOKEN: token } : {}),
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_BASE: `${url}/v1`,
    OPENAI_API_KEY: token,
    OLLAMA_HOST: url,
    OLLAMA_API_BASE: url,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  }
}

function withLoopback(list: string): string {
  const own = list.split(',').map((name) => name.trim())
  if (own.includes('*')) return list
  const named = own.filter((name) => name !== '')
  return [...named, ...LOOPBACK.filter((name) => !named.includes(name))].join(',')
}

/** What a route decides, for comparing what two sessions are apart from it. */
export const ROUTE_NAMES: ReadonlySet<string> = new Set(
  Object.keys(routeVariables({ url: '', token: '', claudeToken: true, noProxy: '' })),
)

/** The route that a shell has now; null: none. */
export function routeIn(env: Variables): GatewayRoute | null {
  const url = env['LLMSEL_GATEWAY_URL'] ?? ''
  const token = tokenIn(url)
  if (token === null) return null
  return {
    url,
    token,
    claudeToken: env['ANTHROPIC_AUTH_TOKEN'] === token,
    noProxy: env['NO_PROXY'] ?? '',
  }
}

/** Of a base URL that leads to a gateway; null: it leads elsewhere. */
export function tokenIn(url: string): string | null {
  return /^http:\/\/127\.0\.0\.1:\d+\/s\/(llmsel-[\w-]+)/.exec(url)?.[1] ?? null
}

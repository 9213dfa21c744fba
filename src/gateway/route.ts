import type { DialectName } from '../domain/wire/dialect.ts'
import type { Provider } from '../domain/models/model.ts'

/** What a request wants. `template` is what logs and metrics may say: no token, no id. */
export type Route =
  | { readonly kind: 'generate'; readonly dialect: DialectName; readonly template: string }
  | { readonly kind: 'count-tokens'; readonly template: string }
  | { readonly kind: 'models'; readonly template: string }
  | { readonly kind: 'tags'; readonly template: string }
  | { readonly kind: 'report'; readonly report: Report; readonly template: string }
  | { readonly kind: 'control'; readonly action: string; readonly template: string }
  | {
      readonly kind: 'dashboard'
      readonly wants: Page | DashboardView
      readonly template: string
    }
  /** Of the gateway's own paths, and nothing is there: it is no provider's either. */
  | { readonly kind: 'nothing'; readonly template: string }
  /** Unmetered, to the provider whose path it is; null: two have it, and the client says which. */
  | { readonly kind: 'other'; readonly provider: Provider | null; readonly template: string }

export type RouteOf<K extends Route['kind']> = Extract<Route, { readonly kind: K }>

/** What goes on to a provider, or is answered in its place. */
export type RelayRoute = Exclude<
  Route,
  { readonly kind: 'report' | 'control' | 'dashboard' | 'nothing' }
>

export type Report = 'circuits' | 'health' | 'metrics' | 'events' | 'costs' | 'what-if' | 'limits'

export type Page = 'index.html' | 'main.js' | 'style.css' | 'icon.svg'

/** For the dashboard alone. */
export interface DashboardView {
  readonly view: 'token' | 'chains' | 'sessions' | 'log' | 'reset'
}

export interface RequestLine {
  /** In the base URL's path; null: it must be in a header. */
  readonly token: string | null
  /** Without the token, with the query. */
  readonly path: string
  readonly route: Route
}

const GENERATE: Readonly<Record<string, DialectName>> = {
  '/v1/messages': 'anthropic-messages',
  '/v1/chat/completions': 'openai-chat',
  '/v1/responses': 'openai-responses',
  '/api/chat': 'ollama-chat',
  '/api/generate': 'ollama-generate',
}

const REPORTS: Readonly<Record<string, Report>> = {
  '/api/llm/circuits': 'circuits',
  '/api/llm/events': 'events',
  '/api/llm/costs': 'costs',
  '/api/llm/costs/what-if': 'what-if',
  '/api/llm/limits': 'limits',
  '/healthz': 'health',
  '/metrics': 'metrics',
}

const OWN = /^\/(?:api\/llm|dashboard)(?=\/|$)/

const CONTROL = '/api/llm/control/'

const DASHBOARD: Readonly<Record<string, Page | DashboardView>> = {
  'GET /': 'index.html',
  'GET /dashboard/main.js': 'main.js',
  'GET /dashboard/style.css': 'style.css',
  'GET /dashboard/icon.svg': 'icon.svg',
  'POST /api/llm/dashboard/token': { view: 'token' },
  'GET /api/llm/chains': { view: 'chains' },
  'GET /api/llm/sessions': { view: 'sessions' },
  'POST /api/llm/circuits/reset': { view: 'reset' },
}

const SESSION_LOG = /^\/api\/llm\/sessions\/[\w-]+\/log$/

/** Both habits of base URLs work, with `/v1` and without, and a client that adds it twice. */
const DOUBLED = /^\/v1(?=\/v1\/)/
const BARE = /^\/(?=(?:messages|chat\/completions|responses|models)(?:\/|$))/

/** Looked for at one place of each run of slashes, since a path may be made of them. */
const LAST_SLASHES = /(?<=[^/])\/+$/

export function parseRequestLine(method: string, target: string): RequestLine {
  const [, token = null, rest = '/'] = /^\/s\/([^/?]+)(\/[^]*|\?[^]*|)$/.exec(target) ?? [
    '',
    null,
    target,
  ]
  const query = rest.indexOf('?')
  const raw = query < 0 ? rest : rest.slice(0, query)
  const path = raw.replace(DOUBLED, '').replace(BARE, '/v1/')
  // With a slash behind it, a path is the same one to the providers.
  const bare = path.replace(LAST_SLASHES, '')
  return {
    token,
    path: query < 0 ? path : path + rest.slice(query),
    // What has a token in its path is a program's, which may ask whether Ollama is there.
    route: (token === null ? dashboardRoute(method, bare) : null) ?? routeOf(method, bare),
  }
}

function dashboardRoute(method: string, path: string): Route | null {
  if (method === 'GET' && SESSION_LOG.test(path)) {
    const template = '/api/llm/sessions/…/log'
    return { kind: 'dashboard', wants: { view: 'log' }, template }
  }
  const wants = DASHBOARD[`${method} ${path}`]
  return wants === undefined ? null : { kind: 'dashboard', wants, template: path }
}

function routeOf(method: string, path: string): Route {
  const dialect = method === 'POST' ? GENERATE[path] : undefined
  if (dialect !== undefined) return { kind: 'generate', dialect, template: path }
  if (method === 'POST' && path === '/v1/messages/count_tokens')
    return { kind: 'count-tokens', template: path }
  const own = ownRoute(method, path)
  if (own !== null) return own
  if (method === 'GET' && path === '/v1/models') return { kind: 'models', template: path }
  if (method === 'GET' && path === '/api/tags') return { kind: 'tags', template: path }
  return { kind: 'other', ...ownerOf(path) }
}

/** Null: it is none of the gateway's own paths. */
function ownRoute(method: string, path: string): Route | null {
  if (path.startsWith(CONTROL)) {
    return { kind: 'control', action: path.slice(CONTROL.length), template: `${CONTROL}…` }
  }
  const report = REPORTS[path]
  // Events have no end, and so no head alone.
  const reads = method === 'GET' || (method === 'HEAD' && report !== 'events')
  if (report !== undefined && reads) return { kind: 'report', report, template: path }
  if (report !== undefined) return { kind: 'nothing', template: path }
  const [start] = OWN.exec(path) ?? []
  return start === undefined ? null : { kind: 'nothing', template: `${start}/…` }
}

function ownerOf(path: string): Pick<RouteOf<'other'>, 'provider' | 'template'> {
  if (path === '/' || path.startsWith('/api/'))
    return { provider: 'ollama', template: path === '/' ? '/' : '/api/…' }
  if (/^\/v1\/(?:models|files|skills)(?:\/|$)/.test(path))
    return { provider: null, template: '/v1/…' }
  return /^\/v1\/(?:messages|complete|organizations)(?:\/|$)/.test(path)
    ? { provider: 'claude', template: '/v1/messages/…' }
    : { provider: 'openai', template: '/v1/…' }
}

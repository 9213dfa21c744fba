import type { Model, Provider } from '../domain/models/model.ts'
import { OLLAMA_URL } from '../domain/profiles/ollama-host.ts'
import type { Target } from '../domain/profiles/profile.ts'
import {
  BadRequest,
  type Dialect,
  type DialectName,
  type Impossible,
  type WriteTarget,
} from '../domain/wire/dialect.ts'
import { needsResponses } from '../domain/wire/openai/model-rules.ts'
import { dialects } from '../domain/wire/dialects.ts'
import { exactText } from '../domain/wire/exact-json.ts'
import { passThroughBody } from '../domain/wire/passthrough.ts'
import type { Asked } from './asked.ts'
import type { AttemptPlan } from './attempt-parts.ts'
import { credentialFor, HOME, type Credential } from './credentials.ts'
import type { Exchange } from './exchange.ts'
import { requestHeaders } from './headers.ts'
import type { Shared } from './shared.ts'

/** What is sent to one hop, but for what only its turn decides. */
export type Prepared = Pick<
  AttemptPlan,
  | 'upstream'
  | 'dialect'
  | 'client'
  | 'wantsStream'
  | 'toolNames'
  | 'hidesThinking'
  | 'hidesUsage'
  | 'identity'
> & {
  /** What the other format could not carry. */
  readonly dropped: readonly string[]
  /** A server of the user's own that is asked in Responses, which it may not have; null: it is none. */
  readonly mayLackResponses: string | null
}

export const ORIGINS: Readonly<Record<Provider, string>> = {
  claude: 'https://api.anthropic.com',
  openai: 'https://api.openai.com',
  ollama: OLLAMA_URL,
}

const PATHS: Readonly<Record<DialectName, string>> = {
  'anthropic-messages': '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'ollama-chat': '/api/chat',
  'ollama-generate': '/api/generate',
}

const VERSION = '2023-06-01'

export function baseUrlOf(shared: Shared, { access }: Exchange, provider: Provider): string {
  return access.own.baseUrls[provider] ?? shared.live.source.baseUrls[provider] ?? ORIGINS[provider]
}

/** Of a provider's server. */
interface Base {
  readonly origin: string
  /** Without a slash at its end. */
  readonly path: string
}

const MAX_BASES = 100
const bases = new Map<string, Base>()

/** Parsed once: a person has a few. */
export function baseOf(url: string): Base {
  const known = bases.get(url)
  if (known !== undefined) return known
  const { origin, pathname } = new URL(url)
  const made = { origin, path: pathname.replace(/\/$/, '') }
  if (bases.size >= MAX_BASES) bases.clear()
  bases.set(url, made)
  return made
}

/** Null: no key is known for it, and the client has none of its own. */
export function credentialOf(
  shared: Shared,
  { access, request }: Exchange,
  provider: Provider,
  client: DialectName,
): Credential | null {
  const sources = [{ from: 'session' as const, keys: access.own.keys }, ...shared.live.keys]
  return credentialFor(provider, sources, { home: HOME[client], headers: request.headers })
}

/**
 * The request as this hop gets it: as it came where the hop speaks the client's format, and then at
 * once, since a promise would only be waited for.
 */
export function prepare(
  shared: Shared,
  exchange: Exchange,
  { asked, target, credential }: HopRequest,
): Prepared | Impossible | Promise<Prepared | Impossible> {
  const baseUrl = baseUrlOf(shared, exchange, target.provider)
  const server = baseUrl === ORIGINS.openai ? null : `${baseUrl} ${target.model}`
  const dialect = upstreamDialect(asked, target, shared.withoutResponses.has(server))
  const hop: Hop = { asked, target, credential, dialect, server, base: baseOf(baseUrl) }
  return dialect === asked.client
    ? prepared(exchange, hop, passedThrough(asked, target))
    : preparedAnew(shared, exchange, hop)
}

async function preparedAnew(
  shared: Shared,
  exchange: Exchange,
  hop: Hop,
): Promise<Prepared | Impossible> {
  const written = await converted(shared, hop)
  return 'impossible' in written ? written : prepared(exchange, hop, written)
}

interface Hop extends HopRequest {
  readonly dialect: Dialect
  /** With its model, as `withoutResponses` names it; null: OpenAI's own. */
  readonly server: string | null
  readonly base: Base
}

function prepared(
  exchange: Exchange,
  { asked, target, credential, dialect, server, base }: Hop,
  written: Written,
): Prepared {
  const same = dialect === asked.client
  const headers = same ? requestHeaders(exchange.request.headers) : freshHeaders(target.provider)
  if (credential.value !== '') headers[credential.header] = credential.value
  return {
    upstream: {
      method: 'POST',
      origin: base.origin,
      path: `${base.path}${PATHS[dialect.name]}${queryOf(same, exchange)}`,
      headers,
      body: written.body,
    },
    dialect,
    client: asked.client,
    wantsStream: asked.stream,
    toolNames: written.toolNames,
    hidesThinking: !same && asked.reading().conversation.effort === 'none',
    hidesUsage: asked.stream && dialect.name === 'openai-chat' && same && !asked.includeUsage,
    identity: {
      id: exchange.id,
      model: target.model,
      createdS: Math.floor(exchange.startedMs / 1000),
      includeUsage: asked.includeUsage,
    },
    dropped: written.dropped,
    mayLackResponses: !same && dialect.name === 'openai-responses' ? server : null,
  }
}

export interface HopRequest {
  readonly asked: Asked
  readonly target: Target
  readonly credential: Credential
}

interface Written {
  readonly body: Buffer | string
  readonly toolNames: ReadonlyMap<string, string>
  readonly dropped: readonly string[]
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

function upstreamDialect(asked: Asked, target: Target, lacksResponses: boolean): Dialect {
  const { provider } = target
  const isHome = HOME[asked.client.name] === provider
  if (provider === 'openai' && !lacksResponses && wantsResponses(asked, target, isHome))
    return dialects['openai-responses']
  if (isHome) return asked.client
  if (provider === 'claude') return dialects['anthropic-messages']
  return provider === 'openai' ? dialects['openai-chat'] : dialects['ollama-chat']
}

function wantsResponses(asked: Asked, { model, row }: Target, isHome: boolean): boolean {
  // Of the very model that it was made for, a request is asked as it came.
  if (isHome && asked.model === model) return false
  try {
    const { conversation, bound } = asked.reading()
    const isFree = !isHome || bound.length === 0
    return isFree && needsResponses({ model, ...limitsOf(row), ...ABLE }, conversation)
  } catch (error) {
    // Its own provider may understand what is not understood here.
    if (isHome && error instanceof BadRequest) return false
    throw error
  }
}

/** In the client's own format, for a hop of it. @throws BadRequest */
export function passedThrough(
  asked: Asked,
  { model }: Target,
): Written & { readonly body: Buffer } {
  const edits = {
    model: model === asked.model ? null : model,
    includeUsage: asked.stream && !asked.includeUsage,
  }
  const body = passThroughBody(asked.client.name, asked.text, edits, asked.top)
  if (body === null) throw new BadRequest('the body is no JSON object')
  const bytes = body === asked.text ? asked.bytes : Buffer.from(body, 'latin1')
  return { body: bytes, toolNames: NO_NAMES, dropped: [] }
}

async function converted(shared: Shared, hop: Hop): Promise<Written | Impossible> {
  const { asked, dialect } = hop
  const { conversation, dropped, bound } = asked.reading()
  const [only] = bound
  if (only !== undefined) return { impossible: `only its own provider can serve ${only}` }
  const written = dialect.writeRequest(conversation, await writeTarget(shared, hop))
  if ('impossible' in written) return written
  return {
    body: exactText(written.body),
    toolNames: written.toolNames,
    dropped: [...dropped, ...written.dropped],
  }
}

async function writeTarget(
  shared: Shared,
  { target, credential, base: { origin, path } }: Hop,
): Promise<WriteTarget> {
  const { model, row } = target
  if (target.provider !== 'ollama') return { model, ...limitsOf(row), ...ABLE }
  const server = { origin: `${origin}${path}`, credential }
  const facts = await shared.ollamaModel(server, model, shared.now())
  const configured = shared.live.settings.ollamaContextTokens
  return { ...limitsOf(row), ...facts, model, contextTokens: configured ?? facts.contextTokens }
}

const ABLE = { vision: null, tools: null, thinking: null } as const

function limitsOf({ contextTokens, outputTokens }: Model): {
  readonly contextTokens: number | null
  readonly outputTokens: number | null
} {
  return { contextTokens, outputTokens }
}

/** Claude Code asks with `?beta=true`, which travels with its headers. */
function queryOf(same: boolean, { path }: Exchange): string {
  const query = path.indexOf('?')
  return same && query >= 0 ? path.slice(query) : ''
}

function freshHeaders(provider: Provider): Record<string, string> {
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'llmsel',
    ...(provider === 'claude' ? { 'anthropic-version': VERSION } : {}),
  }
}

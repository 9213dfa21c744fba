import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Provider } from '../domain/models/model.ts'
import type { DialectName } from '../domain/wire/dialect.ts'
import type { Env } from '../ports.ts'
import { isToken } from './proof.ts'
import type { OwnKey } from './sessions.ts'

export interface Credential extends OwnKey {
  /** Tells two apart and gives neither away. */
  readonly fingerprint: string
  readonly from: 'session' | 'gateway' | 'keys' | 'client'
}

/** Ollama asks for none. */
export const NO_CREDENTIAL: Credential = {
  header: 'authorization',
  value: '',
  fingerprint: 'none',
  from: 'gateway',
}

/** How it is shown; empty where none is needed. */
export function authOf({ header, value }: OwnKey): Readonly<Record<string, string>> {
  return value === '' ? {} : { [header]: value }
}

/** Claude's login by subscription: nobody is billed for what it is used for. */
export function isSubscription(credential: OwnKey | null): boolean {
  return credential !== null && credential.value.startsWith('Bearer sk-ant-oat')
}

/** Whose format a client speaks, and so to whom its own credential belongs. */
export const HOME: Readonly<Record<DialectName, Provider>> = {
  'anthropic-messages': 'claude',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'ollama-chat': 'ollama',
  'ollama-generate': 'ollama',
}

/**
 * Whose client it is where the path does not say: Anthropic's name their version in each request, and
 * its keys have a header or a beginning of their own. Ollama's have no mark, so none is taken for one.
 */
export function clientHome(headers: IncomingHttpHeaders): 'claude' | 'openai' {
  const { authorization = '' } = headers
  const isClaude =
    headers['anthropic-version'] !== undefined ||
    headers['x-api-key'] !== undefined ||
    (BEARER.test(authorization) && isClaudeKey(bare(authorization)))
  return isClaude ? 'claude' : 'openai'
}

/** They begin like no other provider's. */
function isClaudeKey(key: string): boolean {
  return /^sk-ant-/i.test(key)
}

const BEARER = /^Bearer +/i

/** What a header shows, without its scheme. */
function bare(value: string): string {
  return value.replace(BEARER, '')
}

export type KeySources = readonly {
  readonly from: Credential['from']
  readonly keys: Readonly<Partial<Record<Provider, OwnKey>>>
}[]

interface Client {
  readonly home: Provider
  readonly headers: IncomingHttpHeaders
}

/**
 * The first that has a key: the session's shell, the gateway's environment, `llmsel keys`, and last
 * what the client itself sent, which is for its own provider and no other.
 */
export function credentialFor(
  provider: Provider,
  sources: KeySources,
  client: Client,
): Credential | null {
  for (const { from, keys } of sources) {
    const key = keys[provider]
    if (key !== undefined) return { fingerprint: fingerprintOf(key.value), from, ...key }
  }
  const own = ownKeys(client)[provider]
  if (own !== undefined) return { fingerprint: fingerprintOf(own.value), from: 'client', ...own }
  return provider === 'ollama' ? NO_CREDENTIAL : null
}

/** For its own provider, whatever format a key of Claude's comes with. */
function ownKeys({ home, headers }: Client): Readonly<Partial<Record<Provider, OwnKey>>> {
  const key = clientKey(headers)
  if (key === null) return {}
  const value = bare(key.value)
  if (home === 'claude' || !isClaudeKey(value)) return { [home]: key }
  return { claude: isSubscription(key) ? key : keyFor('claude', value) }
}

/** The client's own, where it is no token of the gateway. */
function clientKey(headers: IncomingHttpHeaders): OwnKey | null {
  const key = headers['x-api-key']
  if (typeof key === 'string' && key !== '' && !isToken(key))
    return { header: 'x-api-key', value: key }
  const { authorization } = headers
  const bearer = bare(authorization ?? '')
  return bearer === '' || isToken(bearer) || authorization === undefined
    ? null
    : { header: 'authorization', value: authorization }
}

/** A token that the client sent as its key. */
export function tokenInHeaders(headers: IncomingHttpHeaders): string | null {
  const given = [headers['x-api-key'], bare(headers.authorization ?? '')]
  return given.find((text): text is string => typeof text === 'string' && isToken(text)) ?? null
}

/** In the variables of the programs that the providers give out. */
export function keysIn(env: Env): Partial<Record<Provider, OwnKey>> {
  const value = (name: string) => {
    const text = env[name] ?? ''
    return text === '' || isToken(text) ? null : text
  }
  const [apiKey, bearer, openai] = [
    value('ANTHROPIC_API_KEY'),
    value('ANTHROPIC_AUTH_TOKEN'),
    value('OPENAI_API_KEY'),
  ]
  return {
    ...(apiKey === null ? {} : { claude: keyFor('claude', apiKey) }),
    ...(apiKey !== null || bearer === null
      ? {}
      : { claude: { header: 'authorization', value: `Bearer ${bearer}` } as const }),
    ...(openai === null ? {} : { openai: keyFor('openai', openai) }),
  }
}

/** How a provider is shown a key. */
export function keyFor(provider: Provider, key: string): OwnKey {
  return provider === 'claude'
    ? { header: 'x-api-key', value: key }
    : { header: 'authorization', value: `Bearer ${key}` }
}

const known = new Map<string, string>()

/** Bounded, since a client may send any number of keys. */
function fingerprintOf(value: string): string {
  const found = known.get(value)
  if (found !== undefined) return found
  const made = createHash('sha256').update(value).digest('base64url').slice(0, 10)
  if (known.size >= 1000) known.clear()
  known.set(value, made)
  return made
}

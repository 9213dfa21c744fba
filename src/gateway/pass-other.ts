import { limitName } from '../domain/ledger/limits.ts'
import type { Provider } from '../domain/models/model.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import { readBody } from './body.ts'
import {
  authOf,
  clientHome,
  credentialFor,
  isSubscription,
  type Credential,
} from './credentials.ts'
import type { Exchange } from './exchange.ts'
import { replyHeaders, requestHeaders } from './headers.ts'
import { limitsOn } from './limits.ts'
import { baseOf, baseUrlOf, ORIGINS } from './prepare.ts'
import type { Shared } from './shared.ts'
import { json } from './whole-body.ts'
import { refusalBody } from './refusal-body.ts'

/**
 * Whatever the gateway has no part in, to its provider and back: unmetered, and marked so. `owner`
 * null: two have such a path, and it is the one's whose client asks.
 */
export async function passOther(
  shared: Shared,
  exchange: Exchange,
  owner: Provider | null,
): Promise<void> {
  const { request, access } = exchange
  const provider = owner ?? clientHome(request.headers)
  const profile = resolveProfile(shared.live.source, access.profile)
  if (profile.enforce && provider !== 'ollama') {
    return refuse(exchange, 403, `profile ${access.profile} is held to its own models`)
  }
  const sources = [{ from: 'session' as const, keys: access.own.keys }, ...shared.live.keys]
  const client = { home: clientHome(request.headers), headers: request.headers }
  const credential = credentialFor(provider, sources, client)
  if (credential === null) {
    return refuse(exchange, 503, `no key of ${provider}; run: llmsel keys set ${provider}`)
  }
  const [limit] = limitsOn(access, profile)
  // Models, files and skills, which have no one owner, cost nothing.
  if (limit !== undefined && owner !== null && isPaid(shared, exchange, { provider, credential })) {
    const message = `what this costs is not known, so ${limitName(limit)} cannot be held`
    return refuse(exchange, 429, message)
  }
  const body = await readBody(request)
  if (body === null) return refuse(exchange, 413, 'the request is too large')
  await passOn(shared, exchange, { provider, credential, body })
}

function isPaid(
  shared: Shared,
  exchange: Exchange,
  { provider, credential }: Pick<PassedOn, 'provider' | 'credential'>,
): boolean {
  const { request, path } = exchange
  if (request.method !== 'POST' || provider === 'ollama' || isSubscription(credential)) return false
  if (CANCELS.test(path)) return false
  // OpenAI takes no money for it; others with the same path do.
  const isOwn = baseOf(baseUrlOf(shared, exchange, provider)).origin === ORIGINS.openai
  return !(isOwn && MODERATES.test(path))
}

/** To end a batch or a job saves what it would cost. */
const CANCELS = /^\/v1\/(?:[\w-]+\/)+cancel\/*(?:\?|$)/
const MODERATES = /^\/v1\/moderations\/*(?:\?|$)/

interface PassedOn {
  readonly provider: Provider
  readonly credential: Credential
  readonly body: Buffer
  /** The client is told nothing of a provider that cannot answer now: 429, 5xx, or nobody there. */
  readonly isOptional?: boolean
}

/** False: such a provider, so that the client is still to be answered. */
export async function passOn(
  shared: Shared,
  exchange: Exchange,
  { provider, credential, body, isOptional = false }: PassedOn,
): Promise<boolean> {
  const { request, response } = exchange
  const base = baseOf(baseUrlOf(shared, exchange, provider))
  return await new Promise((resolve) => {
    const call = shared.upstreams.call(
      {
        method: request.method ?? 'GET',
        origin: base.origin,
        path: `${base.path}${exchange.path}`,
        headers: { ...requestHeaders(request.headers), ...authOf(credential) },
        body: body.length === 0 ? null : body,
      },
      {
        onHead: (status, headers) => {
          if (isOptional && (status === 429 || status >= 500)) {
            call.abort()
            return resolve(false)
          }
          response.writeHead(status, { ...replyHeaders(headers), 'x-llmsel-unmetered': '1' })
        },
        onData: (chunk) => {
          if (response.write(chunk)) return
          call.pause()
          response.once('drain', () => call.resume())
        },
        onEnd: () => {
          response.end()
          resolve(true)
        },
        onError: (_, head) => {
          if (head) response.destroy()
          else if (isOptional) return resolve(false)
          else refuse(exchange, 502, `${provider} does not answer`)
          resolve(true)
        },
      },
    )
    response.once('close', () => {
      if (response.writableFinished) return
      call.abort()
      resolve(true)
    })
  })
}

const TYPES: Readonly<Record<number, string>> = { 403: 'permission_error', 429: 'rate_limit_error' }

function refuse({ response, path }: Exchange, status: number, message: string): void {
  response.setHeader('x-should-retry', 'false')
  const type = TYPES[status] ?? 'api_error'
  json(response, status, refusalBody(path, type, message))
}

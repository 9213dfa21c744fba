import type { IncomingHttpHeaders } from 'node:http'
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici'
import { isLoopback } from '../domain/loopback.ts'
import type { Env } from '../ports.ts'

/** One request to a provider's server. Redirects are answers like any other: they are not followed. */
export interface UpstreamRequest {
  readonly method: string
  /** Without a path; checked. */
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string | null
}

export interface UpstreamHandlers {
  readonly onHead: (status: number, headers: IncomingHttpHeaders) => void
  readonly onData: (chunk: Buffer) => void
  readonly onEnd: () => void
  /** `sent`: bytes of the request may have reached the upstream. */
  readonly onError: (error: Error, head: boolean) => void
}

export interface UpstreamCall {
  abort(): void
  pause(): void
  resume(): void
}

export interface Upstreams {
  call(request: UpstreamRequest, handlers: UpstreamHandlers): UpstreamCall
  close(): Promise<void>
}

const CONNECT_MS = 10_000
const MAX_HEADER_BYTES = 64 << 10

/** What is silent, and for how long it may be, is decided above: no time limit is set here. */
const OPTIONS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: CONNECT_MS },
  maxHeaderSize: MAX_HEADER_BYTES,
  keepAliveTimeout: 30_000,
  pipelining: 1,
} as const

const GONE = new Error('the client has gone')

export function openUpstreams(env: Env, log: (line: string) => void): Upstreams {
  const direct = new Agent(OPTIONS)
  const proxied = proxyOf(env, log)
  return {
    call: (request, handlers) => {
      // Never behind a proxy, whatever `NO_PROXY` says.
      const isLocal = isLoopback(new URL(request.origin).hostname)
      return call(isLocal ? direct : (proxied ?? direct), request, handlers)
    },
    close: async () => {
      await Promise.all([direct.destroy(), proxied?.destroy()])
    },
  }
}

/** Null: the environment names no proxy. */
function proxyOf(env: Env, log: (line: string) => void): Dispatcher | null {
  const value = (name: string) => env[name.toLowerCase()] || env[name] || ''
  const proxyIn = (name: string) => {
    const url = proxyUrl(value(name))
    if (url === null) log(`gateway: ${name} names no proxy: an http, https or socks5 URL; not used`)
    return url ?? ''
  }
  const [httpProxy, httpsProxy] = [proxyIn('HTTP_PROXY'), proxyIn('HTTPS_PROXY')]
  if (httpProxy === '' && httpsProxy === '') return null
  return new EnvHttpProxyAgent({ ...OPTIONS, httpProxy, httpsProxy, noProxy: value('NO_PROXY') })
}

/** Without a scheme it is an http one, as curl has it. Null: it cannot be one. */
function proxyUrl(value: string): string | null {
  if (value === '') return ''
  const url = value.includes('://') ? value : `http://${value}`
  return /^(?:https?|socks5?):/i.test(url) && URL.canParse(url) ? url : null
}

function call(
  dispatcher: Dispatcher,
  request: UpstreamRequest,
  handlers: UpstreamHandlers,
): UpstreamCall {
  let controller: Dispatcher.DispatchController | null = null
  let head = false
  let over = false
  const { method, origin, path, headers, body } = request
  dispatcher.dispatch(
    // The type lists the methods of HTTP, and any is passed on.
    { method: method as Dispatcher.HttpMethod, origin, path, headers, body },
    {
      onRequestStart: (started) => {
        controller = started
        if (over) started.abort(GONE)
      },
      onResponseStart: (_, status, received) => {
        if (over || status < 200) return
        head = true
        handlers.onHead(status, received)
      },
      onResponseData: (_, chunk) => {
        if (!over) handlers.onData(chunk)
      },
      onResponseEnd: () => {
        if (over) return
        over = true
        handlers.onEnd()
      },
      onResponseError: (_, error) => {
        if (over) return
        over = true
        handlers.onError(error, head)
      },
    },
  )
  return {
    abort: () => {
      over = true
      controller?.abort(GONE)
    },
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
  }
}

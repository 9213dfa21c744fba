import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** RFC 9110, 7.6.1: of one connection, never passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Said anew by the gateway, or of the gateway alone. */
const NOT_SENT = new Set([
  ...HOP_BY_HOP,
  'host',
  'authorization',
  'x-api-key',
  'cookie',
  'origin',
  'referer',
  'content-length',
  'accept-encoding',
  'expect',
])

/** A client's headers as its own provider gets them, in the same format. */
export function requestHeaders(client: IncomingHttpHeaders): Record<string, string> {
  const named = connectionNames(client.connection)
  const result: Record<string, string> = { 'accept-encoding': 'identity' }
  for (const name in client) {
    if (NOT_SENT.has(name) || named.includes(name) || name.startsWith('x-llmsel-')) continue
    const value = client[name]
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return result
}

/** An upstream's headers as the client gets them. */
export function replyHeaders(upstream: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = connectionNames(upstream.connection)
  const result: OutgoingHttpHeaders = {}
  for (const name in upstream) {
    if (HOP_BY_HOP.has(name) || named.includes(name) || name.startsWith('x-llmsel-')) continue
    result[name] = upstream[name]
  }
  return result
}

function connectionNames(connection: string | undefined): readonly string[] {
  return connection === undefined
    ? []
    : connection.split(',').map((name) => name.trim().toLowerCase())
}

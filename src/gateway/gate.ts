import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { DashboardLinks } from './dashboard-links.ts'
import { tokenInHeaders } from './credentials.ts'
import { controlToken, same, type Secret } from './proof.ts'
import type { Access, Sessions } from './sessions.ts'

/** Why a request is refused before anything of it is read. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 421
  readonly message: string
}

/**
 * A page in a browser may send requests to this port, under a name that leads here, so neither a name
 * nor an origin that is not the gateway's own is let in.
 */
export function refusalOfOrigin(
  { url = '', headers: { host, origin } }: Pick<IncomingMessage, 'url' | 'headers'>,
  port: number,
): Refusal | null {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`]
  // A whole URL in the place of the path is what a proxy is asked for.
  if (!url.startsWith('/') || host === undefined || !names.includes(host.toLowerCase()))
    return { status: 421, message: `this is the llmsel gateway on 127.0.0.1:${port}` }
  if (origin !== undefined && !names.includes(origin.replace(/^http:\/\//, '')))
    return { status: 403, message: 'requests from web pages are refused' }
  return null
}

export interface Gate {
  /** By the token in the path, or else in a header. Null: no token, or a wrong one. */
  accessOf(pathToken: string | null, headers: IncomingHttpHeaders): Access | null
  isControl(headers: IncomingHttpHeaders): boolean
  isDashboard(headers: IncomingHttpHeaders): boolean
}

const CONTROL_START = 'Bearer llmsel-c-'

export function openGate(secret: Secret, sessions: Sessions, links: DashboardLinks): Gate {
  const control = controlToken(secret)
  return {
    accessOf: (pathToken, headers) => {
      const token = pathToken ?? tokenInHeaders(headers)
      return token === null ? null : sessions.accessOf(token)
    },
    isControl: ({ authorization = '' }) =>
      authorization.startsWith(CONTROL_START) && same(authorization, `Bearer ${control}`),
    isDashboard: (headers) => links.admits(headers),
  }
}

export const NO_TOKEN: Refusal = {
  status: 401,
  message: 'no token of this gateway: run llmsel session new, or llmsel gateway url',
}

/** Of the gateway's own paths. */
export const NOT_FOUND: Refusal = {
  status: 404,
  message: 'the gateway has no such report',
}

/** Of a dashboard's token, where it is no report. */
export const ONLY_READS: Refusal = {
  status: 403,
  message: "a dashboard's token reads reports and resets circuits, and nothing else",
}

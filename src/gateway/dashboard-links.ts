import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { tokenHash } from './proof.ts'

/** How the dashboard is opened: a code that works once becomes a token that only reads. */
export interface DashboardLinks {
  /** For the fragment of a link. */
  newCode(): string
  redeem(code: string): Redeemed
  admits(headers: IncomingHttpHeaders): boolean
}

export type Redeemed =
  | { readonly token: string; readonly untilMs: number }
  | { readonly refusal: string }

export const CODE_MS = 60_000
const TOKEN_MS = 12 * 3_600_000
/** Of codes and of tokens; the oldest go. */
const MOST = 100
const TOKEN_START = 'Bearer llmsel-d-'
const AGAIN = 'run llmsel gateway open for a new one'

/** Only hashes are kept, in memory alone, so that all of it ends with the gateway. */
export function openLinks(now: () => number): DashboardLinks {
  const codes = new Map<string, { readonly untilMs: number; used: boolean }>()
  const tokens = new Map<string, number>()
  return {
    newCode: () => {
      const code = randomBytes(24).toString('base64url')
      put(codes, tokenHash(code), { untilMs: now() + CODE_MS, used: false })
      return code
    },
    redeem: (code) => {
      const known = codes.get(tokenHash(code))
      if (known === undefined)
        return { refusal: `this link is not known, or the gateway was restarted: ${AGAIN}` }
      if (known.used) return { refusal: `this link was used already: ${AGAIN}` }
      if (now() >= known.untilMs) return { refusal: `this link is older than a minute: ${AGAIN}` }
      known.used = true
      const token = `llmsel-d-${randomBytes(32).toString('base64url')}`
      const untilMs = now() + TOKEN_MS
      put(tokens, tokenHash(token), untilMs)
      return { token, untilMs }
    },
    admits: ({ authorization = '' }) => {
      if (!authorization.startsWith(TOKEN_START)) return false
      const untilMs = tokens.get(tokenHash(authorization.slice('Bearer '.length)))
      return untilMs !== undefined && now() < untilMs
    },
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  const [oldest] = map.keys()
  if (map.size >= MOST && oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}

import { routeIn, type GatewayRoute } from '../../../domain/profiles/gateway-route.ts'
import {
  sameValueTest,
  type PreparedGateway,
  type StandIns,
} from '../../../domain/sessions/prepared.ts'
import { quote } from '../../../domain/shell/quote.ts'
import type { Env, SessionContext } from '../../../ports.ts'
import { routeOf } from '../../gateway-route.ts'
import type { LaunchRequest } from '../request.ts'

/** How a prepared session goes through the gateway. */
export interface Way {
  readonly gateway: PreparedGateway
  /** With stand-ins. */
  readonly route: GatewayRoute
  readonly tests: readonly string[]
}

/** A pipe takes 4096 bytes at once; the rest is for the person's keys. */
const MAX_LETTER_BYTES = 1024

/** Those of a person's shell become the gateway's upstreams, and may hold a password. */
const OWN_SERVERS = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'OLLAMA_HOST']

/** What its route is made from besides its key. */
const SAME = ['NO_PROXY', 'no_proxy', 'TMUX_TMPDIR', 'HOME', 'CLAUDE_CONFIG_DIR']

interface Going {
  /** What the gateway said of its keys before the chain was asked for. */
  readonly keys: string | null
  readonly caller: Env
  readonly standIns: StandIns
}

/** Null: it does not go through it; `unknown`: only Node can tell the gateway of it. */
export async function wayOf(
  ctx: SessionContext,
  { environment, profile, cwd }: LaunchRequest,
  { keys, caller, standIns: { name, token, port, action } }: Going,
): Promise<Way | 'unknown' | null> {
  const route = routeIn(environment.set)
  if (route === null) return null
  const gateway = await ctx.openGateway()
  const session = {
    session: name,
    profile: profile.name,
    baseUrls: {},
    token: null,
    project: cwd,
    limit: null,
    tmuxSocket: ctx.sessions.tmux.socketPath,
  }
  const found = gateway.letter(session, caller)
  if (found === null || found.keys !== keys) return 'unknown'
  const letter = JSON.stringify({ action, token, ...found.body })
  const isLong = new TextEncoder().encode(letter).length > MAX_LETTER_BYTES
  const hasServers = OWN_SERVERS.some((server) => (ctx.env[server] ?? '') !== '')
  const place = { url: `http://127.0.0.1:${port}/s/${token}`, token, keys: found.providers }
  // Of this moment: a login may have come since.
  const now = await routeOf(ctx, place, profile)
  if (isLong || hasServers || now.claudeToken !== route.claudeToken) return 'unknown'
  return {
    gateway: { folder: gateway.folder, keys, letter },
    route: now,
    tests: [
      ...SAME.map((each) => sameValueTest(each, ctx.env[each])),
      ...OWN_SERVERS.map((server) => `[ -z "\${${server}-}" ]`),
      await loginTest(ctx),
    ],
  }
}

/** Claude's programs are shown a token only where they have no login of their own. */
async function loginTest(ctx: SessionContext): Promise<string> {
  const surroundings = await ctx.openSurroundings()
  const { claudeLoginPath: path } = surroundings
  if (path === null) return 'true'
  return `[ ${surroundings.claudeLogin() ? '' : '! '}-e ${quote('sh', path)} ]`
}

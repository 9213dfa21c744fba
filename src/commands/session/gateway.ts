import { inOneLine, isLlmselError } from '../../domain/errors.ts'
import { environmentOf } from '../../domain/profiles/environment.ts'
import { routeIn } from '../../domain/profiles/gateway-route.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import type { SessionRecord } from '../../domain/sessions/session.ts'
import type { Gateway, GatewayPlace, SessionContext } from '../../ports.ts'
import { ownBaseUrls, routeOf } from '../gateway-route.ts'
import { helped } from './agent-help.ts'
import type { LaunchRequest } from './request.ts'

/** The same sessions through the gateway, or, where there is none to be had, as they were and why. */
export interface Routed {
  readonly requests: readonly LaunchRequest[]
  /** Null: all is well. */
  readonly problem: string | null
}

/** Starts the gateway where none runs, and gives each session a token of its own. */
export async function throughGateway(
  ctx: SessionContext,
  source: ProfileSource,
  requests: readonly LaunchRequest[],
): Promise<Routed> {
  if (!requests.some(({ wantsGateway }) => wantsGateway)) return { requests, problem: null }
  try {
    const gateway = await ctx.openGateway()
    const routed: LaunchRequest[] = []
    for (const request of requests) {
      const { wantsGateway } = request
      routed.push(wantsGateway ? await withRoute(ctx, gateway, { source, request }) : request)
    }
    return { requests: routed, problem: null }
  } catch (error) {
    // Without it nobody would hold the limit.
    if (!isLlmselError(error) || requests.some(({ limit }) => limit !== null)) throw error
    return { requests, problem: `not through the gateway: ${inOneLine(error)}` }
  }
}

async function withRoute(
  ctx: SessionContext,
  gateway: Gateway,
  { source, request }: { readonly source: ProfileSource; readonly request: LaunchRequest },
): Promise<LaunchRequest> {
  const { profile, name, asked, cwd, limit } = request
  const session = {
    session: name.text,
    profile: profile.name,
    baseUrls: ownBaseUrls(ctx),
    token: null,
    project: cwd,
    limit,
    tmuxSocket: ctx.sessions.tmux.socketPath,
  }
  const place = (await gateway.register(session)) ?? (await startFor(gateway, session))
  const route = await routeOf(ctx, place, profile)
  const environment = environmentOf(profile, source, route)
  return { ...request, environment, ...helped(ctx, asked, { profile, environment }) }
}

async function startFor(
  gateway: Gateway,
  session: Parameters<Gateway['register']>[0],
): Promise<GatewayPlace> {
  await gateway.start(false)
  const place = await gateway.register(session)
  if (place === null) throw new Error('a gateway that has just answered is gone')
  return place
}

/** The way that the session has already. */
export function keepingRoute(
  ctx: SessionContext,
  source: ProfileSource,
  request: LaunchRequest,
  before: SessionRecord,
): LaunchRequest {
  const { profile, asked } = request
  const environment = environmentOf(profile, source, routeIn(before.set))
  return { ...request, environment, ...helped(ctx, asked, { profile, environment }) }
}

/** After a change: the token stays, what it stands for is what the record says now. */
export async function registerAgain(ctx: SessionContext, record: SessionRecord): Promise<void> {
  const route = routeIn(record.set)
  if (route === null) return
  const gateway = await ctx.openGateway()
  const { name, profile, cwd, limit = null } = record
  const session = {
    session: name,
    profile,
    baseUrls: ownBaseUrls(ctx),
    token: route.token,
    project: cwd,
    limit,
    tmuxSocket: ctx.sessions.tmux.socketPath,
  }
  try {
    const place = (await gateway.register(session)) ?? (await startFor(gateway, session))
    if (route.url === place.url) return
    ctx.streams.err(
      `llmsel: the gateway is on another port now; ${name} does not reach it: ` +
        `llmsel session restart ${name} --profile ${profile}\n`,
    )
  } catch (error) {
    if (!isLlmselError(error)) throw error
    ctx.streams.err(`llmsel: the gateway that ${name} uses does not run: ${error.message}\n`)
  }
}

/** Their tokens are worth nothing any more. */
export async function leaveGateway(
  ctx: SessionContext,
  records: readonly (Pick<SessionRecord, 'set'> | null)[],
): Promise<void> {
  const tokens = records.flatMap((record) => {
    const route = record === null ? null : routeIn(record.set)
    return route === null ? [] : [route.token]
  })
  if (tokens.length > 0) await (await ctx.openGateway()).revoke(tokens)
}

import type { GatewayRoute } from '../domain/profiles/gateway-route.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import { ownValue } from '../domain/shell/own-values.ts'
import type { Context, GatewayPlace } from '../ports.ts'

/** The way of a shell on a profile; starts the gateway where none runs. */
export async function shellRoute(ctx: Context, profile: Profile): Promise<GatewayRoute> {
  const gateway = await ctx.openGateway()
  const place = await gateway.shell(profile.name)
  if (place !== null) return await routeOf(ctx, place, profile)
  await gateway.start(false)
  const started = await gateway.shell(profile.name)
  if (started === null) throw new Error('a gateway that has just answered is gone')
  return await routeOf(ctx, started, profile)
}

/** A login of Claude Code works only where no token stands in its place. */
export async function routeOf(
  ctx: Context,
  { url, token, keys }: GatewayPlace,
  { target }: Profile,
): Promise<GatewayRoute> {
  const known = keys.includes('claude') || target.provider === 'ollama'
  const claudeToken = known || !(await hasOwnClaude(ctx))
  const noProxy = ownValue(ctx.env, 'NO_PROXY') ?? ownValue(ctx.env, 'no_proxy') ?? ''
  return { url, token, claudeToken, noProxy }
}

async function hasOwnClaude(ctx: Context): Promise<boolean> {
  if ((ownValue(ctx.env, 'ANTHROPIC_API_KEY') ?? '') !== '') return true
  return (await ctx.openSurroundings()).claudeLogin()
}

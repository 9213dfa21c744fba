import { checkBaseUrl } from '../domain/config/schema.ts'
import { PROVIDERS, type Provider } from '../domain/models/model.ts'
import { tokenIn, type GatewayRoute } from '../domain/profiles/gateway-route.ts'
import { ollamaUrlOf } from '../domain/profiles/ollama-host.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import { ownValue } from '../domain/shell/own-values.ts'
import type { Context, GatewayPlace } from '../ports.ts'

/** The way of a shell on a profile; starts the gateway where none runs. */
export async function shellRoute(ctx: Context, profile: Profile): Promise<GatewayRoute> {
  const gateway = await ctx.openGateway()
  const baseUrls = ownBaseUrls(ctx)
  const place = await gateway.shell(profile.name, baseUrls)
  if (place !== null) return await routeOf(ctx, place, profile)
  await gateway.start(false)
  const started = await gateway.shell(profile.name, baseUrls)
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

/** The servers that this shell's own programs ask become the gateway's upstreams. */
export function ownBaseUrls({ env }: Context): Partial<Record<Provider, string>> {
  const host = ownValue(env, 'OLLAMA_HOST') ?? ''
  const own = {
    claude: env['LLMSEL_CLAUDE_BASE_URL'] ?? ownValue(env, 'ANTHROPIC_BASE_URL'),
    openai: env['LLMSEL_OPENAI_BASE_URL'] ?? ownValue(env, 'OPENAI_BASE_URL'),
    ollama: env['LLMSEL_OLLAMA_BASE_URL'] ?? (host === '' ? '' : ollamaUrlOf(host)),
  }
  const urls: Partial<Record<Provider, string>> = {}
  for (const provider of PROVIDERS) {
    const url = own[provider] ?? ''
    if (url !== '' && tokenIn(url) === null)
      urls[provider] = checkBaseUrl(url, `the base URL of ${provider} in this shell`)
  }
  return urls
}

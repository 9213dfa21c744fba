import { OLLAMA_URL } from '../../domain/profiles/ollama-host.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import { forecast, needsOllama } from '../../domain/sessions/forecast.ts'
import type { SessionContext } from '../../ports.ts'
import { unreadyText } from '../../ui/session.ts'
import type { LaunchRequest } from './request.ts'

/** A line for each profile on which no request can succeed now, however many sessions share it. */
export async function unready(
  ctx: SessionContext,
  requests: readonly LaunchRequest[],
  source: ProfileSource,
): Promise<string[]> {
  const ollamaUrl = source.baseUrls.ollama ?? OLLAMA_URL
  const asks = requests.some(({ profile }) => needsOllama(profile))
  const ollama = asks && (await ctx.sessions.listens(ollamaUrl)) ? 'listens' : 'silent'
  const lines = requests.flatMap(({ profile, extraEnv }) => {
    const hops = forecast({ profile, extraEnv, caller: ctx.env, ollamaUrl, ollama })
    return hops.some(({ ready }) => ready) ? [] : [unreadyText(profile.name, hops)]
  })
  return [...new Set(lines)]
}

import { json } from './whole-body.ts'
import { answerGenerate } from './generate.ts'
import type { Exchange } from './exchange.ts'
import { modelList } from './models.ts'
import { passOther } from './pass-other.ts'
import { countTokens } from './count-tokens.ts'
import type { RelayRoute } from './route.ts'
import type { Shared } from './shared.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'

/** Whatever goes on to a provider, or is answered in its place. */
export function openRelay(
  shared: Shared,
): (exchange: Exchange, route: RelayRoute) => Promise<void> | void {
  return (exchange, route) => {
    switch (route.kind) {
      case 'generate':
        return answerGenerate(shared, exchange, route.dialect)
      case 'count-tokens':
        return countTokens(shared, exchange)
      case 'models': {
        const { source } = shared.live
        const profile = resolveProfile(source, exchange.access.profile)
        const isAnthropic = exchange.request.headers['anthropic-version'] !== undefined
        const list = modelList(profile, source, isAnthropic ? 'anthropic' : 'openai')
        return json(exchange.response, 200, list)
      }
      case 'tags':
        return passOther(shared, exchange, 'ollama')
      case 'other':
        return passOther(shared, exchange, route.provider)
    }
  }
}

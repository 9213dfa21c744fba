import { exactModel, type Catalogue } from '../../models/catalogue.ts'
import type { Model, Provider } from '../../models/model.ts'
import { costOf, type AttemptCost } from '../attempt-cost.ts'
import type { LogRecord } from './record.ts'

const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['anthropic', 'claude'],
  ['openai', 'openai'],
  ['ollama', 'ollama'],
])

/** Ollama's own `name:tag`: a size or `latest`. Services for money have `…:nitro` and `…-v1:0`. */
const OLLAMA_NAME = /^[^/]+:(?:latest$|[a-z]?\d+(?:x\d+)?(?:\.\d+)?[bm](?![a-z\d]))/i

/**
 * The catalogue's row, where the agent asked its provider itself; elsewhere prices differ. Where the
 * log names no provider, a model is local only if it is known as such, or by a name of Ollama's alone.
 */
export function loggedModel(
  catalogue: Catalogue,
  { provider, model }: Pick<LogRecord, 'provider' | 'model'>,
): Model | null {
  const found = model === null ? null : exactModel(catalogue, model)
  if (found === null || provider === 'llmsel') return found?.model ?? null
  if (provider !== null) {
    return found.model.provider === PROVIDERS.get(provider) ? found.model : null
  }
  const isKnown =
    found.via === 'id' || found.id === catalogue.localModel || OLLAMA_NAME.test(found.id)
  return isKnown ? found.model : null
}

/** At the list price, also where a subscription has paid. */
export function recordCost(catalogue: Catalogue, record: LogRecord): AttemptCost {
  return costOf(loggedModel(catalogue, record), {
    modelId: record.model ?? 'a model without a name',
    usage: record.usage,
    atMs: record.atMs,
    terms: record.terms,
  })
}

import { exactModel, type Catalogue } from '../../models/catalogue.ts'
import type { Model, Provider } from '../../models/model.ts'
import { costOf, type AttemptCost } from '../attempt-cost.ts'
import type { LogRecord } from './record.ts'

const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['anthropic', 'claude'],
  ['openai', 'openai'],
  ['ollama', 'ollama'],
])

/** The catalogue's row, where the agent asked its provider itself; elsewhere prices differ. */
export function loggedModel(
  catalogue: Catalogue,
  { provider, model }: Pick<LogRecord, 'provider' | 'model'>,
): Model | null {
  const found = model === null ? null : (exactModel(catalogue, model)?.model ?? null)
  if (provider === null || provider === 'llmsel') return found
  return found?.provider === PROVIDERS.get(provider) ? found : null
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

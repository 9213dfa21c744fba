import { exactModel, type Catalogue } from '../../models/catalogue.ts'
import type { Model, Provider } from '../../models/model.ts'
import type { Usage } from '../usage.ts'
import type { LogRecord } from './record.ts'

/** What the gateway knows of an answer that it relayed. */
export interface RelayedAnswer {
  /** The provider's ids of the answer and of the request; null: it gave none. */
  readonly messageId: string | null
  readonly requestId: string | null
  /** When it ended, in milliseconds since 1970. */
  readonly endedAtMs: number
  readonly usage: Usage | null
}

/** Shorter ids are no proof: a program may give each of its answers the same one. */
const PROOF_LENGTH = 20

/** An agent writes its log within this time of the answer's end. */
const LOGGED_WITHIN_MS = 10_000

const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['anthropic', 'claude'],
  ['openai', 'openai'],
  ['ollama', 'ollama'],
])

/**
 * The record is of an answer that the gateway has counted already: by the provider's ids where both
 * know one, else by the very same tokens at the same time.
 */
export function isSameAnswer(record: LogRecord, relayed: RelayedAnswer): boolean {
  for (const id of ['messageId', 'requestId'] as const) {
    const [logged, known] = [record[id], relayed[id]]
    if (isProof(logged) && isProof(known)) return logged === known
  }
  const { usage } = relayed
  const apartMs = Math.abs(record.atMs - relayed.endedAtMs)
  return usage !== null && apartMs <= LOGGED_WITHIN_MS && sameTokens(record.usage, usage)
}

/** The catalogue's row, where the agent asked its provider itself; elsewhere prices differ. */
export function loggedModel(
  catalogue: Catalogue,
  { provider, model }: Pick<LogRecord, 'provider' | 'model'>,
): Model | null {
  const found = model === null ? null : (exactModel(catalogue, model)?.model ?? null)
  if (provider === null || provider === 'llmsel') return found
  return found?.provider === PROVIDERS.get(provider) ? found : null
}

function isProof(id: string | null): id is string {
  return id !== null && id.length >= PROOF_LENGTH
}

/** Logs do not always tell the two kinds of cache write apart. */
function sameTokens(a: Usage, b: Usage): boolean {
  return (
    a.input === b.input &&
    a.output === b.output &&
    a.cacheRead === b.cacheRead &&
    a.cacheWrite5m + a.cacheWrite1h === b.cacheWrite5m + b.cacheWrite1h
  )
}

import { allTokens } from '../counts.ts'
import type { Terms } from '../terms.ts'
import type { Usage } from '../usage.ts'

export const AGENTS = ['claude-code', 'codex', 'opencode', 'gemini-cli', 'goose'] as const

export type Agent = (typeof AGENTS)[number]

const SUMMED: ReadonlySet<string> = new Set<Agent>(['goose'])

/** Whether its logs have one sum of several requests, so that no one prompt is known. */
export function isSummed(source: string): boolean {
  return SUMMED.has(source)
}

/** `included`: a subscription has paid for it. `unknown`: the log does not say. */
export type Billing = 'api' | 'included' | 'unknown'

/** One answer of a model, as an agent logged it. */
export interface LogRecord {
  readonly agent: Agent
  /** The same in every copy of one answer, and in no other's. */
  readonly id: string
  /** `id`, where that is the provider's own id of the answer and proof against mistaking it. */
  readonly answerId: string | null
  /** The `request-id` header of the answer; null: not logged. */
  readonly requestId: string | null
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** In the agent's words; null: the agent's own. */
  readonly provider: string | null
  readonly model: string | null
  /** The folder that the agent worked in. */
  readonly project: string | null
  readonly session: string | null
  /** A branch off the conversation, which may begin with copies of its answers. */
  readonly isSidechain: boolean
  readonly usage: Usage
  readonly terms: Terms
  readonly billing: Billing
}

/**
 * Of two records with one id the one to keep: the later state of an answer that was logged while it
 * grew, the one that knows of more tools and of the cache's kinds, the conversation's own before a
 * side branch's copy, the one that knows how it was paid. Equal ones: the first. The order of reading
 * makes no difference.
 */
export function better(first: LogRecord, second: LogRecord): LogRecord {
  const [before, after] = [first.usage, second.usage]
  const more =
    allTokens(after) - allTokens(before) ||
    toolCalls(after) - toolCalls(before) ||
    after.cacheWrite1h - before.cacheWrite1h ||
    Number(first.isSidechain) - Number(second.isSidechain) ||
    Number(second.billing !== 'unknown') - Number(first.billing !== 'unknown')
  return more > 0 ? second : first
}

function toolCalls({ webSearches, webFetches }: Usage): number {
  return webSearches + webFetches
}

/** One record an id. */
export function withoutCopies(records: readonly LogRecord[]): readonly LogRecord[] {
  const byId = new Map<string, LogRecord>()
  for (const record of records) {
    const known = byId.get(record.id)
    byId.set(record.id, known === undefined ? record : better(known, record))
  }
  return byId.size === records.length ? records : [...byId.values()]
}

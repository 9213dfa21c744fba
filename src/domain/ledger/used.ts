import { NO_USAGE } from '../costs/counts.ts'
import type { Usage } from '../costs/usage.ts'
import type { OutcomeClass } from '../failover/outcome.ts'
import type { Attempt } from './attempt.ts'

/** What was seen of an attempt until it ended. */
export interface Seen {
  readonly outcome: OutcomeClass
  /** The last that the provider said of it; null: nothing. */
  readonly usage: Usage | null
  /** Of a stream's content, as far as it came. */
  readonly contentChars: number
}

/** Whoever says so has not begun to answer, unless there was content before. */
const UNBILLED: ReadonlySet<OutcomeClass> = new Set([
  'rate-limited',
  'overloaded',
  'server-error',
  'unreachable',
  'auth',
  'billing',
  'model-missing',
  'context-too-long',
  'request-fault',
])

/** Of English text, as the providers' guides have it. */
const CHARS_A_TOKEN = 4

/**
 * The tokens of an attempt that has ended. A cut stream is charged for what it wrote, which only the
 * end of it would have said: it is counted from its text.
 */
export function usedBy(
  { outcome, usage, contentChars }: Seen,
  expectedInput: number,
): Pick<Attempt, 'mark' | 'usage'> {
  if (outcome === 'answered') return { mark: 'final', usage }
  const output = Math.ceil(contentChars / CHARS_A_TOKEN)
  if (usage !== null)
    return { mark: 'partial', usage: { ...usage, output: Math.max(usage.output, output) } }
  if (contentChars === 0 && UNBILLED.has(outcome)) return { mark: 'final', usage: NO_USAGE }
  return { mark: 'estimated', usage: { ...NO_USAGE, input: expectedInput, output } }
}

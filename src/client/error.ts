import type { OutcomeClass } from '../domain/failover/outcome.ts'
import type { Provider } from '../domain/models/model.ts'

/**
 * What went wrong: what became of the first model that was asked, `not-ready` (none could be asked:
 * no key, or a request that it cannot take) or `invalid-input`.
 */
export type UnifiedLLMErrorCode =
  | Exclude<OutcomeClass, 'answered' | 'client-gone'>
  | 'not-ready'
  | 'invalid-input'

/** One request to one model, and what became of it. */
export interface ChatAttempt {
  readonly provider: Provider
  readonly model: string
  readonly outcome: OutcomeClass
  /** In words, without any secret. */
  readonly reason: string
}

export interface UnifiedLLMErrorDetails {
  readonly attempts?: readonly ChatAttempt[]
  readonly status?: number | null
  readonly retryAfterMs?: number | null
}

/** No model has answered, or an answer broke off. Holds no key, whatever a provider's words held. */
export class UnifiedLLMError extends Error {
  override readonly name = 'UnifiedLLMError'
  readonly code: UnifiedLLMErrorCode
  /** Whom the code is about; null: nobody was asked. */
  readonly provider: Provider | null
  readonly model: string | null
  /** Of its answer; null: it gave none. */
  readonly status: number | null
  /** How long it asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null
  /** Everybody who was asked, in that order. */
  readonly attempts: readonly ChatAttempt[]

  constructor(code: UnifiedLLMErrorCode, message: string, details: UnifiedLLMErrorDetails = {}) {
    super(message)
    const { attempts = [], status = null, retryAfterMs = null } = details
    const about = attempts.find(({ outcome }) => outcome === code)
    this.code = code
    this.provider = about?.provider ?? null
    this.model = about?.model ?? null
    this.status = status
    this.retryAfterMs = retryAfterMs
    this.attempts = attempts
  }
}

import type { Usage } from '../costs/usage.ts'

/** `final`: the provider said it all. `partial`: a cut answer, as far as it was counted. */
export type Mark = 'final' | 'partial' | 'estimated'

/** `included`: paid by a subscription, so its dollars are a list value that nobody is billed. */
export type Kind = 'api' | 'included'

/** Why a later hop of the chain was asked than the first. */
export type Move = 'failover' | 'limit'

/** What is known of an attempt when it begins. */
export interface AttemptStart {
  /**
   * Of the gateway: unique among all machines. Of a log that has no ids of answers: the agent and the
   * place in its log.
   */
  readonly id: string
  /** One request may be several attempts. */
  readonly requestId: string | null
  /** `gateway`, or the agent whose log it was read from, such as `claude-code`. */
  readonly source: string
  readonly session: string | null
  readonly profile: string | null
  /** The folder that the work was done in. */
  readonly project: string | null
  readonly kind: Kind
  readonly provider: string
  /** An exact id: at the start that of the target, at the end what the provider says it was. */
  readonly model: string
  /** As the client wrote it. */
  readonly modelAsked: string | null
  /** 0 is the first of the chain. */
  readonly hop: number
  readonly movedBy: Move | null
  /** The wire format of the client. */
  readonly dialect: string | null
  readonly streaming: boolean | null
  /** Since 1970. */
  readonly startedAtMs: number
}

export interface Attempt extends AttemptStart {
  /** Null: nobody saw it end. */
  readonly endedAtMs: number | null
  /** From the start to the first content. */
  readonly firstTokenMs: number | null
  /** `answered`, or in a word what stopped it. */
  readonly outcome: string
  readonly mark: Mark
  /** Null is unknown. An attempt that was refused used nothing, which is known. */
  readonly usage: Usage | null
  /** 10⁻¹² US dollars, at the price of its day; null is unknown. */
  readonly picoUsd: bigint | null
  /**
   * The id of the answer as the client got it, by which the client's own log knows it; null for an
   * imported attempt of a log without such ids.
   */
  readonly answerId: string | null
}

/** What an attempt is taken to cost when nobody sees it end. */
export interface Estimate {
  readonly usage: Usage | null
  readonly picoUsd: bigint | null
}

export const GATEWAY = 'gateway'
export const ANSWERED = 'answered'

/** Of an attempt whose process died. */
export function unfinished(start: AttemptStart, { usage, picoUsd }: Estimate): Attempt {
  return {
    ...start,
    endedAtMs: null,
    firstTokenMs: null,
    outcome: 'cut',
    mark: 'estimated',
    usage,
    picoUsd,
    answerId: null,
  }
}

/** Of the prompt, however it was billed. */
export function promptTokens({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Usage): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h
}

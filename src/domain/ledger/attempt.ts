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

/** What is only known once it is over; the model may be another one than was asked for. */
export type AttemptEnd = Pick<Attempt, 'model'> & Omit<Attempt, keyof AttemptStart>

/** Each field by its name: after a spread of so many V8 takes 8 µs to add the others. */
export function attemptOf(start: AttemptStart, end: AttemptEnd): Attempt {
  return {
    id: start.id,
    requestId: start.requestId,
    source: start.source,
    session: start.session,
    profile: start.profile,
    project: start.project,
    kind: start.kind,
    provider: start.provider,
    model: end.model,
    modelAsked: start.modelAsked,
    hop: start.hop,
    movedBy: start.movedBy,
    dialect: start.dialect,
    streaming: start.streaming,
    startedAtMs: start.startedAtMs,
    endedAtMs: end.endedAtMs,
    firstTokenMs: end.firstTokenMs,
    outcome: end.outcome,
    mark: end.mark,
    usage: end.usage,
    picoUsd: end.picoUsd,
    answerId: end.answerId,
  }
}

/** Of an attempt whose process died. */
export function unfinished(start: AttemptStart, { usage, picoUsd }: Estimate): Attempt {
  return attemptOf(start, {
    model: start.model,
    endedAtMs: null,
    firstTokenMs: null,
    outcome: 'cut',
    mark: 'estimated',
    usage,
    picoUsd,
    answerId: null,
  })
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from './sessions.ts'

/** One client's request that was let in, and where its answer goes. */
export interface Exchange {
  readonly id: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly access: Access
  /** With the query, without the token. */
  readonly path: string
  readonly startedMs: number
  /** Null: it was no request for an answer. */
  note: Note | null
}

/** What became of a request for an answer: never what was sent or said. */
export interface Note {
  readonly session: string | null
  readonly profile: string
  /** What the gateway itself and the hops that failed took; null: nothing was sent. */
  readonly addedMs: number | null
  /** `provider/model outcome`, in the order in which they were asked. */
  readonly hops: readonly string[]
  /** 10⁻¹² US dollars; null is unknown. */
  readonly picoUsd: bigint | null
}

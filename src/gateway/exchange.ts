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
}

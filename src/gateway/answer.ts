import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { StreamWriter } from '../domain/wire/dialect.ts'
import type { Problem } from '../domain/wire/problem.ts'

/**
 * What one client gets. Two moments commit it: its head goes out at the first content or when waiting
 * grows long, and from the first content on no other upstream can take over.
 */
export interface Answer {
  isHeadSent(): boolean
  isContentSent(): boolean
  /** When something was last sent, in ms of `performance.now`. */
  lastSentMs(): number
  /** Of the stream to come; not sent before it must be. */
  prepare(head: StreamHead): void
  /** Now, before any upstream has answered. */
  sendHead(head: StreamHead): void
  /** Kept until content comes, or dropped with `discard`. False: that is more than may be kept. */
  hold(bytes: Uint8Array | string): boolean
  discard(): void
  /** Sends what is held, and from then on everything at once; `writer` knows what that is. */
  commit(writer: () => StreamWriter): void
  /** Keeps the stream alive. */
  ping(): void
  /** Ends the stream, as it cannot go on. */
  breakOff(problem: Problem): void
  /** False: the client is slower than the upstream; `onDrain` is called once it has caught up. */
  write(bytes: Uint8Array | string): boolean
  onDrain(resume: () => void): void
  end(last?: string): void
  /** A whole answer at once, with its length. */
  whole(status: number, headers: OutgoingHttpHeaders, body: Uint8Array | string): void
}

export interface StreamHead {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
}

/** More than any head of a stream; an upstream that fills it with no content is let through. */
const MAX_HELD_BYTES = 256 << 10

/**
 * `added` is asked when the head goes: what is known then about who answered. `waiting` writes what
 * is said in the stream before any upstream's content.
 */
export function openAnswer(
  response: ServerResponse,
  added: () => OutgoingHttpHeaders,
  waiting: () => StreamWriter,
): Answer {
  let writer = waiting
  let head: StreamHead | null = null
  let contentSent = false
  let held: (Uint8Array | string)[] = []
  let heldBytes = 0
  let lastSentMs = performance.now()
  const commit = (next: () => StreamWriter) => {
    if (contentSent) return
    contentSent = true
    writer = next
    if (!response.headersSent && head !== null)
      response.writeHead(head.status, Object.assign(added(), head.headers))
    lastSentMs = performance.now()
    for (const bytes of held) response.write(bytes)
    held = []
  }
  const write = (bytes: Uint8Array | string) => {
    lastSentMs = performance.now()
    return response.write(bytes)
  }
  // No getters: V8 makes a hidden class of its own for each object that has them, which keeps all that
  // they see in the old space.
  return {
    isHeadSent: () => response.headersSent,
    isContentSent: () => contentSent,
    lastSentMs: () => lastSentMs,
    prepare: (next) => {
      if (!response.headersSent) head = next
    },
    sendHead: ({ status, headers }) => {
      if (response.headersSent) return
      response.writeHead(status, Object.assign(added(), headers))
      response.flushHeaders()
    },
    hold: (bytes) => {
      held.push(bytes)
      heldBytes += bytes.length
      return heldBytes <= MAX_HELD_BYTES
    },
    discard: () => {
      held = []
      heldBytes = 0
    },
    commit,
    ping: () => write(writer().ping()),
    breakOff: (problem) => void response.end(writer().problem(problem)),
    write,
    onDrain: (resume) => response.once('drain', resume),
    end: (last) => void response.end(last),
    whole: (status, headers, body) => {
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
      response.writeHead(status, Object.assign(added(), headers, { 'content-length': length }))
      response.end(body)
    },
  }
}

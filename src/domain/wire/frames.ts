/** How a format divides its stream: server-sent events, or a JSON text a line. */
export type Framing = 'sse' | 'ndjson'

export interface Frame {
  /** The `event:` field; null: none, as in a format that has none. */
  readonly event: string | null
  /** The `data:` lines joined by LF, or the line. Empty: a comment or a blank keep-alive. */
  readonly data: string
  /** As they came, with their terminator. */
  readonly bytes: Uint8Array
}

/** The system's code of an error, or of what caused it, such as `ECONNRESET`; null: it has none. */
export function codeOf(error: unknown): string | null {
  return ownCode(error) ?? (error instanceof Error ? ownCode(error.cause) : null)
}

/** The system's code and no more: an error of a connection may quote a header. */
export function connectionWords(error: unknown): string {
  const code = codeOf(error)
  return code === null ? 'the connection failed' : `the connection failed (${code})`
}

const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** The connection broke: before any answer, it may have been an old one. */
export function isReset(error: unknown): boolean {
  return RESET.has(codeOf(error) ?? '')
}

function ownCode(error: unknown): string | null {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null
  return typeof code === 'string' ? code : null
}

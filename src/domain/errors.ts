export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'invalid-config'
  | 'tool-missing'
  | 'conflict'
  | 'io'
  | 'timeout'

interface ErrorDetails extends ErrorOptions {
  readonly hint?: string
}

/** A failure that the user can act on. Anything else that reaches `main` is a bug. */
export class LlmselError extends Error {
  override readonly name = 'LlmselError'
  readonly code: ErrorCode
  /** The next command to run, or the nearest known name; null when there is none. */
  readonly hint: string | null

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details)
    this.code = code
    this.hint = details.hint ?? null
  }
}

/** By name, not by class: each lazily loaded bundle carries its own copy of the class. */
export function isLlmselError(error: unknown): error is LlmselError {
  return error instanceof Error && error.name === 'LlmselError'
}

/** What went wrong, in the words of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What failed and what mends it, in one line. */
export function inOneLine({ message, hint }: LlmselError): string {
  return `${message}${hint === null ? '' : `; ${hint}`}`
}

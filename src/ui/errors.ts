import type { LlmselError } from '../domain/errors.ts'

type Failure = Pick<LlmselError, 'code' | 'message' | 'hint'>

/** As it stands on stderr. */
export function errorText({ code, message, hint }: Failure, json: boolean): string {
  if (json) return `${JSON.stringify({ error: { code, message, hint } })}\n`
  return `llmsel: ${message}\n${hint === null ? '' : `${hint}\n`}`
}

/** What commander says about a command line, such as "error: …" and below it "(Did you mean …?)". */
export function usageFailure(text: string): Failure {
  const [first = '', ...more] = text.trim().split('\n')
  const hint = more.length === 0 ? null : more.join(' ').replace(/^\((.*)\)$/, '$1')
  return { code: 'usage', message: first.replace(/^error: /, ''), hint }
}

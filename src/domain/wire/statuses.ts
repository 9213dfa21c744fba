import type { ProblemKind } from './problem.ts'

/** Longer than any provider's own sentence; a page of HTML is cut. */
const LONGEST_PAGE = 300

const KINDS: ReadonlyMap<number, ProblemKind> = new Map([
  [401, 'authentication'],
  [402, 'billing'],
  [403, 'permission'],
  [404, 'not-found'],
  [408, 'timeout'],
  [413, 'too-large'],
  [429, 'rate-limit'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'timeout'],
  [529, 'overloaded'],
])

/** What a status alone says. */
export function kindOfStatus(status: number): ProblemKind {
  return KINDS.get(status) ?? (status >= 400 && status < 500 ? 'invalid-request' : 'api')
}

/** Of a 404: not the model or the path, but something that the request names, as Anthropic and OpenAI say it. */
export function isPartMissing(message: string): boolean {
  return /\b(?:file|item|response|container|conversation|skill|vector store)\b.*\bnot found\b/i.test(
    message,
  )
}

/** The words of an answer that is no JSON, such as a proxy's page. */
export function plainWords(status: number, body: string): string {
  const text = body
    .slice(0, 20 * LONGEST_PAGE)
    .replaceAll(/<(style|script)[^>]*>[^]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return text === '' ? `HTTP ${status}, without a body` : text.slice(0, LONGEST_PAGE)
}

import type { Problem, ProblemKind } from '../wire/problem.ts'
import type { Outcome, OutcomeClass } from './outcome.ts'
import { retryAfterMs, type HeaderLookup } from './retry-after.ts'

const BY_KIND: Readonly<Record<ProblemKind, OutcomeClass>> = {
  'invalid-request': 'request-fault',
  'context-too-long': 'context-too-long',
  'too-large': 'request-fault',
  authentication: 'auth',
  permission: 'auth',
  billing: 'billing',
  'model-not-found': 'model-missing',
  'not-found': 'model-missing',
  'rate-limit': 'rate-limited',
  overloaded: 'overloaded',
  timeout: 'timeout',
  unavailable: 'server-error',
  api: 'server-error',
}

/** Of an answer whose status is no 2xx. */
export function outcomeOfRefusal(
  status: number,
  problem: Problem,
  headers: HeaderLookup,
  nowMs: number,
): Outcome {
  const kind = classOf(status, problem.kind)
  const wait = retryAfterMs(headers, problem.message, nowMs)
  return {
    class: kind,
    retryAfterMs: kind === 'rate-limited' || kind === 'overloaded' ? wait : null,
    reason: `${status} ${WORDS[kind]}`,
  }
}

/** Of a problem that came in the midst of an answer. */
export function outcomeOfProblem({ kind, message }: Problem, nowMs: number): Outcome {
  // Within an answer that had begun, a fault of the request would be a surprise: it may be theirs.
  const found = BY_KIND[kind] === 'request-fault' ? 'server-error' : BY_KIND[kind]
  const wait = retryAfterMs(() => undefined, message, nowMs)
  return {
    class: found,
    retryAfterMs: found === 'rate-limited' ? wait : null,
    reason: `${WORDS[found]} in its answer`,
  }
}

const BY_STATUS: ReadonlyMap<number, OutcomeClass> = new Map([
  [401, 'auth'],
  [402, 'billing'],
  [403, 'auth'],
  [404, 'model-missing'],
  [408, 'timeout'],
  [429, 'rate-limited'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
])

/** The status decides, but where the words are clear and the status is not. */
function classOf(status: number, kind: ProblemKind): OutcomeClass {
  if (kind === 'billing' || kind === 'context-too-long' || kind === 'model-not-found')
    return BY_KIND[kind]
  // What the request names, such as a file, is not there: the model answers all others.
  if (status === 404 && kind === 'invalid-request') return 'request-fault'
  // A redirect is not followed: the base URL is wrong there.
  const isTheirs = status >= 500 || (status >= 300 && status < 400)
  return BY_STATUS.get(status) ?? (isTheirs ? 'server-error' : 'request-fault')
}

export const WORDS: Readonly<Record<OutcomeClass, string>> = {
  answered: 'answered',
  'rate-limited': 'rate limit',
  overloaded: 'overloaded',
  'server-error': 'server error',
  timeout: 'no answer in time',
  unreachable: 'not reachable',
  'cut-short': 'answer cut short',
  malformed: 'no answer of its format',
  auth: 'key refused',
  billing: 'no credit or quota',
  'model-missing': 'model not there',
  'context-too-long': 'prompt longer than its window',
  'request-fault': 'request refused',
  'client-gone': 'the client went away',
}

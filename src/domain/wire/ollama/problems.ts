import { isObject, parsedObject } from '../../json.ts'
import type { ProblemAnswer } from '../dialect.ts'
import type { Problem, ProblemKind } from '../problem.ts'
import { kindOfStatus, plainWords } from '../statuses.ts'

/** As Ollama and llama.cpp, which it runs, say it. */
const WORDS: readonly (readonly [words: RegExp, kind: ProblemKind])[] = [
  [/input length exceeds|exceeds (?:the available|maximum) context/i, 'context-too-long'],
  [/\bmodel\b.*\bnot found\b/i, 'model-not-found'],
  // No fault of the request: a model that can do it is not here.
  [/does not support (?:tools|thinking|chat|generate)/i, 'model-not-found'],
  [/usage limit|insufficient balance/i, 'billing'],
  [/server busy|maximum pending requests/i, 'overloaded'],
]

const STATUSES: Readonly<Record<ProblemKind, number>> = {
  'invalid-request': 400,
  'context-too-long': 400,
  'too-large': 413,
  authentication: 401,
  permission: 403,
  billing: 402,
  'model-not-found': 404,
  'not-found': 404,
  'rate-limit': 429,
  overloaded: 503,
  timeout: 504,
  unavailable: 503,
  api: 500,
}

export function readProblem(status: number, body: string): Problem {
  const error = parsedObject(body)?.['error']
  const said = isObject(error) ? error['message'] : error
  const message = typeof said === 'string' && said !== '' ? said : plainWords(status, body)
  const known = WORDS.find(([words]) => words.test(message))
  return { kind: known?.[1] ?? kindOfStatus(status), message, code: null }
}

/** Its clients show the text as it is. */
export function writeProblem({ kind, message }: Problem): ProblemAnswer {
  return { status: STATUSES[kind], body: { error: message } }
}

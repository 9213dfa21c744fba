import { isObject, parsedObject, type JsonObject } from '../../json.ts'
import type { ProblemAnswer } from '../dialect.ts'
import type { Problem, ProblemKind } from '../problem.ts'
import { stringOrNull } from '../parsed.ts'
import { isPartMissing, kindOfStatus, plainWords } from '../statuses.ts'

const KINDS: ReadonlyMap<unknown, ProblemKind> = new Map([
  ['invalid_request_error', 'invalid-request'],
  ['authentication_error', 'authentication'],
  ['billing_error', 'billing'],
  ['permission_error', 'permission'],
  ['not_found_error', 'not-found'],
  ['request_too_large', 'too-large'],
  ['rate_limit_error', 'rate-limit'],
  ['api_error', 'api'],
  ['timeout_error', 'timeout'],
  ['overloaded_error', 'overloaded'],
])

/** The statuses and types of Anthropic; 503 has no type of its own there. */
const WRITTEN: Readonly<Record<ProblemKind, readonly [status: number, type: string]>> = {
  'invalid-request': [400, 'invalid_request_error'],
  'context-too-long': [400, 'invalid_request_error'],
  'too-large': [413, 'request_too_large'],
  authentication: [401, 'authentication_error'],
  permission: [403, 'permission_error'],
  billing: [402, 'billing_error'],
  'model-not-found': [404, 'not_found_error'],
  'not-found': [404, 'not_found_error'],
  'rate-limit': [429, 'rate_limit_error'],
  overloaded: [529, 'overloaded_error'],
  timeout: [504, 'timeout_error'],
  unavailable: [503, 'api_error'],
  api: [500, 'api_error'],
}

const TOO_LONG = /prompt is too long|exceed(?:s|ed)? (?:the )?context (?:limit|window)/i
/** A spend limit that the user set comes as a 400, and so does an empty account. */
const NO_MONEY = /credit balance is too low|reached your specified (?:\w+ )?API usage limits/i
/** The cap of a tier: a 429 that ends with the month. */
const MONTHLY_CAP = 'enforced_spend_limit_reached'

export function readProblem(status: number, body: string): Problem {
  return problemOf(status, body)
}

/** Without a status, it came amid a stream. */
export function problemOf(status: number | null, text: string): Problem {
  const error = errorOf(text)
  const said = error?.['message']
  const message = typeof said === 'string' && said !== '' ? said : plainWords(status ?? 200, text)
  const details = isObject(error?.['details']) ? error['details'] : {}
  const code = stringOrNull(details['error_code'])
  const kind = kindOf(error, message) ?? (status === null ? 'api' : kindOfStatus(status))
  return { kind: refined(kind, message, code), message, code }
}

function kindOf(error: JsonObject | null, message: string): ProblemKind | undefined {
  const kind = KINDS.get(error?.['type'])
  return kind === 'not-found' && isPartMissing(message) ? 'invalid-request' : kind
}

function refined(kind: ProblemKind, message: string, code: string | null): ProblemKind {
  if (NO_MONEY.test(message) || code === MONTHLY_CAP) return 'billing'
  if (kind === 'invalid-request' && TOO_LONG.test(message)) return 'context-too-long'
  return kind === 'not-found' && /\bmodel\b/i.test(message) ? 'model-not-found' : kind
}

function errorOf(text: string): JsonObject | null {
  const error = parsedObject(text)?.['error']
  return isObject(error) ? error : null
}

export function writeProblem(problem: Problem, requestId: string): ProblemAnswer {
  return {
    status: WRITTEN[problem.kind][0],
    body: { ...errorBody(problem), request_id: `req_${requestId}` },
  }
}

/** Claude Code knows a prompt that is too long by these words, and makes it shorter. */
export function errorBody({ kind, message, code }: Problem): JsonObject {
  const isUnsaid = kind === 'context-too-long' && !message.includes('prompt is too long')
  return {
    type: 'error',
    error: {
      type: WRITTEN[kind][1],
      message: isUnsaid ? `prompt is too long: ${message}` : message,
      ...(code === null ? {} : { details: { error_code: code } }),
    },
  }
}

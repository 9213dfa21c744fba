import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { ProblemAnswer } from '../dialect.ts'
import type { Problem, ProblemKind } from '../problem.ts'
import { isPartMissing } from '../statuses.ts'
import { parseJson, textIn } from './fields.ts'

const LONGEST_MESSAGE = 500

const KIND_BY_CODE: Readonly<Record<string, ProblemKind>> = {
  context_length_exceeded: 'context-too-long',
  model_not_found: 'model-not-found',
  deploymentnotfound: 'model-not-found',
  invalid_api_key: 'authentication',
  rate_limit_exceeded: 'rate-limit',
  insufficient_quota: 'billing',
  credit_balance_exhausted: 'billing',
  organization_spend_limit_exceeded: 'billing',
  project_spend_limit_exceeded: 'billing',
  organization_usage_limit_exceeded: 'billing',
  billing_hard_limit_reached: 'billing',
  billing_not_active: 'billing',
  usage_limit_reached: 'billing',
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  invalid_prompt: 'invalid-request',
  invalid_image: 'invalid-request',
  invalid_image_url: 'invalid-request',
  image_content_policy_violation: 'invalid-request',
}

const KIND_BY_STATUS: Readonly<Record<number, ProblemKind>> = {
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  500: 'api',
  502: 'unavailable',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

/** `body` may be OpenAI's error, an imitator's, a proxy's HTML page or nothing. */
export function readProblem(status: number, body: string): Problem {
  const answer = parseJson(body)
  const first = Array.isArray(answer) ? answer[0] : answer
  if (!isObject(first)) {
    return { kind: kindByStatus(status), message: plainMessage(status, body), code: null }
  }
  return problemOf(first, status)
}

/**
 * The problem that an answer or an event of a stream tells of. A stream has no status: its request
 * was accepted, so that an `invalid_request_error` without a known code is the upstream's own fault.
 */
export function problemOf(answer: JsonObject, status: number | null): Problem {
  const error = answer['error']
  const fields = isObject(error) ? error : answer
  const message =
    textIn(fields['message']) || textIn(error) || textIn(answer['detail']) || shownStatus(status)
  const code = codeOf(fields['code'])
  const type = textIn(fields['type']).toLowerCase()
  const codeStatus = Number(code ?? Number.NaN)
  const said = codeStatus >= 400 && codeStatus < 600 ? codeStatus : status
  const kind =
    kindByCode(code) ??
    kindByCode(type) ??
    kindByMessage(message, said) ??
    (said === null ? 'api' : kindByStatus(said))
  return { kind, message, code }
}

export function garbage(): Problem {
  return { kind: 'api', message: 'the upstream sent an event that is no JSON', code: null }
}

/** An answer that ended in good order, but for the reason why it ended. */
export function noReason(): Problem {
  return { kind: 'api', message: 'the upstream ended its answer without a reason', code: null }
}

interface Shape {
  readonly status: number
  readonly type: string
  readonly code: string | null
}

const SHAPES: Readonly<Record<ProblemKind, Shape>> = {
  'invalid-request': { status: 400, type: 'invalid_request_error', code: null },
  'context-too-long': {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  },
  'too-large': { status: 413, type: 'invalid_request_error', code: null },
  authentication: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
  permission: { status: 403, type: 'invalid_request_error', code: null },
  billing: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  'model-not-found': { status: 404, type: 'invalid_request_error', code: 'model_not_found' },
  'not-found': { status: 404, type: 'invalid_request_error', code: null },
  'rate-limit': { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded' },
  timeout: { status: 504, type: 'server_error', code: 'timeout' },
  unavailable: { status: 503, type: 'server_error', code: 'server_error' },
  api: { status: 500, type: 'server_error', code: 'server_error' },
}

/** `prompt` is the field that holds the conversation, which OpenAI names where it is too long. */
export function writeProblem(problem: Problem, prompt: 'messages' | 'input'): ProblemAnswer {
  return { status: SHAPES[problem.kind].status, body: { error: errorFields(problem, prompt) } }
}

export function errorFields(problem: Problem, prompt: 'messages' | 'input'): JsonObject {
  const { type, code } = SHAPES[problem.kind]
  return {
    message: problem.message,
    type,
    param: problem.kind === 'context-too-long' ? prompt : null,
    code: kindByCode(problem.code) === problem.kind ? problem.code : (code ?? problem.code),
  }
}

function codeOf(code: Json | undefined): string | null {
  if (typeof code === 'number') return String(code)
  return typeof code === 'string' && code !== '' ? code : null
}

function kindByCode(code: string | null): ProblemKind | null {
  const name = code?.toLowerCase() ?? ''
  return Object.hasOwn(KIND_BY_CODE, name) ? (KIND_BY_CODE[name] ?? null) : null
}

function kindByMessage(message: string, status: number | null): ProblemKind | null {
  if (/maximum context length|context window|prompt is too long/i.test(message)) {
    return 'context-too-long'
  }
  const isAboutModel =
    status === 404 ? /\bmodel\b/i : /\bmodel\b.{1,100}(?:does not exist|not found)/i
  if (status === 404 && isPartMissing(message)) return 'invalid-request'
  const isClientError = status !== null && status >= 400 && status < 500
  return isClientError && isAboutModel.test(message) ? 'model-not-found' : null
}

function kindByStatus(status: number): ProblemKind {
  const known = KIND_BY_STATUS[status]
  if (known !== undefined) return known
  if (status >= 500) return 'api'
  return status >= 400 ? 'invalid-request' : 'unavailable'
}

function plainMessage(status: number, body: string): string {
  const title = /<title[^>]*>([^<]+)<\/title>/i.exec(body)?.[1]
  const isPage = /^\s*<(?:!doctype|html|\?xml)/i.test(body)
  const text = (title ?? (isPage ? '' : body)).trim().replaceAll(/\s+/g, ' ')
  return text === '' ? shownStatus(status) : text.slice(0, LONGEST_MESSAGE)
}

function shownStatus(status: number | null): string {
  return status === null ? 'the upstream reported an error' : `the upstream answered ${status}`
}

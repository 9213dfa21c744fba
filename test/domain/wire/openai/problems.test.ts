import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import { openaiResponses } from '../../../../src/domain/wire/openai/responses.ts'
import type { ProblemKind } from '../../../../src/domain/wire/problem.ts'
import { frame } from '../../../support/openai-wire.ts'

function error(fields: JsonObject): string {
  return JSON.stringify({ error: { message: 'm', type: null, param: null, code: null, ...fields } })
}

describe('reading', () => {
  test.each<[number, JsonObject, ProblemKind]>([
    [400, { type: 'invalid_request_error' }, 'invalid-request'],
    [400, { code: 'context_length_exceeded', param: 'messages' }, 'context-too-long'],
    [400, { message: "This model's maximum context length is 8192 tokens." }, 'context-too-long'],
    [400, { message: 'Your input exceeds the context window of this model.' }, 'context-too-long'],
    [
      400,
      { message: "Unsupported parameter: 'x' is not supported with this model." },
      'invalid-request',
    ],
    [401, { code: 'invalid_api_key', type: 'invalid_request_error' }, 'authentication'],
    [401, {}, 'authentication'],
    [402, { message: 'Insufficient Balance' }, 'billing'],
    [403, {}, 'permission'],
    [403, { code: 'model_not_found' }, 'model-not-found'],
    [404, { code: 'model_not_found' }, 'model-not-found'],
    [404, { message: "model 'nope' not found", type: 'not_found_error' }, 'model-not-found'],
    [404, { message: 'The model `x` does not exist or you do not have access' }, 'model-not-found'],
    [400, { message: 'The model `x` does not exist' }, 'model-not-found'],
    [404, { message: 'Invalid URL (POST /v1/models/x)' }, 'not-found'],
    [404, { message: "Item with id 'rs_1' not found." }, 'invalid-request'],
    [408, {}, 'timeout'],
    [413, {}, 'too-large'],
    [422, {}, 'invalid-request'],
    [429, { type: 'tokens', code: 'rate_limit_exceeded' }, 'rate-limit'],
    [429, {}, 'rate-limit'],
    [429, { type: 'insufficient_quota', code: 'insufficient_quota' }, 'billing'],
    [429, { type: 'insufficient_quota', code: 'credit_balance_exhausted' }, 'billing'],
    [429, { type: 'insufficient_quota', code: 'some_new_code' }, 'billing'],
    [429, { code: 'organization_spend_limit_exceeded' }, 'billing'],
    [429, { code: 'project_spend_limit_exceeded' }, 'billing'],
    [429, { code: 'organization_usage_limit_exceeded' }, 'billing'],
    [500, { type: 'server_error' }, 'api'],
    [503, { type: 'server_error' }, 'overloaded'],
    [502, {}, 'unavailable'],
    [503, { message: 'The engine is currently overloaded.' }, 'overloaded'],
    [504, {}, 'timeout'],
    [529, {}, 'overloaded'],
    [599, {}, 'api'],
  ])('%d with %j is %s', (status, fields, kind) => {
    const problem = openaiChat.readProblem(status, error(fields))
    expect(problem).toEqual({
      kind,
      message: fields['message'] ?? 'm',
      code: fields['code'] ?? null,
    })
    expect(openaiResponses.readProblem(status, error(fields))).toEqual(problem)
  })

  test.each<[number, string, string]>([
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>',
      '502 Bad Gateway',
    ],
    [502, '<!DOCTYPE html><body><script>x</script></body>', 'the upstream answered 502'],
    [503, '', 'the upstream answered 503'],
    [503, '  no healthy\n upstream ', 'no healthy upstream'],
    [500, 'null', 'null'],
    [500, '{}', 'the upstream answered 500'],
    [500, '{"error":"model crashed"}', 'model crashed'],
    [400, '{"detail":"Unsupported"}', 'Unsupported'],
    [400, '{"message":"plain"}', 'plain'],
    [429, '[{"error":{"code":429,"message":"in a list"}}]', 'in a list'],
    [500, 'x'.repeat(9000), 'x'.repeat(500)],
  ])('%d with a body that is no error of OpenAI says what it can: %j', (status, body, message) => {
    expect(openaiChat.readProblem(status, body)).toMatchObject({ message })
  })

  test('a redirect is not followed, and is no answer', () => {
    expect(openaiChat.readProblem(302, '').kind).toBe('unavailable')
  })

  test('an answer that failed with status 200 is read by its code', () => {
    const failed = { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } }
    expect(openaiResponses.readProblem(200, JSON.stringify(failed))).toEqual({
      kind: 'rate-limit',
      message: 'slow',
      code: 'rate_limit_exceeded',
    })
  })

  test.each<[JsonObject, ProblemKind]>([
    [{ code: 'rate_limit_exceeded' }, 'rate-limit'],
    [{ code: 'server_is_overloaded' }, 'overloaded'],
    [{ code: 'context_length_exceeded' }, 'context-too-long'],
    [{ code: 'invalid_prompt' }, 'invalid-request'],
    [{ code: 529 }, 'overloaded'],
    [{ type: 'server_error' }, 'api'],
    // What was accepted with a 200 is not the client's fault for being called a bad request.
    [{ type: 'invalid_request_error' }, 'api'],
    [{ code: 'brand_new' }, 'api'],
  ])('in a stream, where there is no status, %j is %s', (fields, kind) => {
    const body = { error: { message: 'm', ...fields } }
    expect(openaiChat.streamReader().read(frame(body))).toMatchObject([
      { type: 'problem', problem: { kind, message: 'm' } },
    ])
  })
})

describe('writing', () => {
  test.each<[ProblemKind, number, string, string | null, string | null]>([
    ['invalid-request', 400, 'invalid_request_error', null, null],
    ['context-too-long', 400, 'invalid_request_error', 'messages', 'context_length_exceeded'],
    ['too-large', 413, 'invalid_request_error', null, null],
    ['authentication', 401, 'invalid_request_error', null, 'invalid_api_key'],
    ['permission', 403, 'invalid_request_error', null, null],
    ['billing', 429, 'insufficient_quota', null, 'insufficient_quota'],
    ['model-not-found', 404, 'invalid_request_error', null, 'model_not_found'],
    ['not-found', 404, 'invalid_request_error', null, null],
    ['rate-limit', 429, 'rate_limit_error', null, 'rate_limit_exceeded'],
    ['overloaded', 503, 'server_error', null, 'server_is_overloaded'],
    ['timeout', 504, 'server_error', null, 'timeout'],
    ['unavailable', 503, 'server_error', null, 'server_error'],
    ['api', 500, 'server_error', null, 'server_error'],
  ])('%s is a %d %s', (...row) => {
    const [kind, status, type, param, code] = row
    const problem = { kind, message: 'words', code: null }
    const body = { error: { message: 'words', type, param, code } }
    expect(openaiChat.writeProblem(problem, 'req_1')).toEqual({ status, body })
    expect(openaiResponses.writeProblem(problem, 'req_1').status).toBe(status)
    const again = openaiChat.readProblem(status, JSON.stringify(body))
    expect(again.kind).toBe(kind === 'unavailable' ? 'overloaded' : kind)
  })

  test("OpenAI's own code is kept, another provider's gives way where OpenAI has one", () => {
    const codeOf = (kind: ProblemKind, code: string) =>
      openaiChat.writeProblem({ kind, message: 'm', code }, 'req_1').body
    expect(codeOf('billing', 'credit_balance_exhausted')).toMatchObject({
      error: { code: 'credit_balance_exhausted' },
    })
    expect(codeOf('billing', 'enforced_spend_limit_reached')).toMatchObject({
      error: { code: 'insufficient_quota' },
    })
    expect(codeOf('invalid-request', 'unsupported_parameter')).toMatchObject({
      error: { code: 'unsupported_parameter' },
    })
  })

  test('each format names the field that holds the conversation', () => {
    const problem = { kind: 'context-too-long', message: 'm', code: null } as const
    expect(openaiResponses.writeProblem(problem, 'r').body).toMatchObject({
      error: { param: 'input' },
    })
  })
})

import { expect, test } from 'vitest'
import { outcomeOfProblem, outcomeOfRefusal } from '../../../src/domain/failover/classify.ts'
import { retryAfterMs } from '../../../src/domain/failover/retry-after.ts'
import type { ProblemKind } from '../../../src/domain/wire/problem.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

test.each<[number, ProblemKind, string]>([
  [400, 'invalid-request', 'request-fault'],
  [413, 'too-large', 'request-fault'],
  [422, 'invalid-request', 'request-fault'],
  [400, 'context-too-long', 'context-too-long'],
  [400, 'billing', 'billing'],
  [429, 'billing', 'billing'],
  [402, 'billing', 'billing'],
  [401, 'authentication', 'auth'],
  [403, 'permission', 'auth'],
  [404, 'model-not-found', 'model-missing'],
  [404, 'not-found', 'model-missing'],
  [404, 'invalid-request', 'request-fault'],
  [408, 'timeout', 'timeout'],
  [429, 'rate-limit', 'rate-limited'],
  [429, 'invalid-request', 'rate-limited'],
  [500, 'api', 'server-error'],
  [502, 'api', 'server-error'],
  [503, 'unavailable', 'overloaded'],
  [529, 'overloaded', 'overloaded'],
  [529, 'invalid-request', 'overloaded'],
  [307, 'api', 'server-error'],
])('status %i with %s is %s', (status, kind, expected) => {
  const problem = { kind, message: 'words', code: null }
  expect(outcomeOfRefusal(status, problem, () => undefined, NOW).class).toBe(expected)
})

test('an invalid request in the midst of an answer is not the fault of the request', () => {
  const problem = { kind: 'invalid-request', message: 'x', code: null } as const
  expect(outcomeOfProblem(problem, NOW).class).toBe('server-error')
})

test.each<[Record<string, string>, string, number | null]>([
  [{}, '', null],
  [{ 'retry-after': '7' }, '', 7000],
  [{ 'retry-after': '0.5' }, '', 500],
  [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:09 GMT' }, '', 9000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, '', 0],
  [{ 'retry-after': 'soon' }, '', null],
  [{ 'retry-after': '-5' }, '', null],
  [{ 'retry-after-ms': '250', 'retry-after': '7' }, '', 250],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, '', 360_000],
  [{ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '6m0s' }, '', null],
  [
    {
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-22T12:00:30Z',
    },
    '',
    30_000,
  ],
  [{}, 'Please try again in 20s.', 20_000],
  [{}, '{"retryDelay": "34s"}', 34_000],
])('%j and "%s" ask for %s ms', (headers, message, expected) => {
  expect(retryAfterMs((name) => headers[name], message, NOW)).toBe(expected)
})

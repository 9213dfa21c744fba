import { expect, test } from 'vitest'
import { codeOf, connectionWords, isReset } from '../../../src/domain/failover/connection.ts'

function coded(code: unknown): Error {
  return Object.assign(new Error('x-api-key: sk-secret'), { code })
}

test.each([
  [coded('ECONNREFUSED'), 'ECONNREFUSED'],
  // As fetch gives it.
  [new TypeError('fetch failed', { cause: coded('ECONNRESET') }), 'ECONNRESET'],
  [new Error('x-api-key: sk-secret'), null],
  // As of a DOMException.
  [coded(20), null],
  [null, null],
  ['ECONNRESET', null],
])('%s has the code %j, and no more of it is said', (error, code) => {
  expect(codeOf(error)).toBe(code)
  const words = code === null ? 'the connection failed' : `the connection failed (${code})`
  expect(connectionWords(error)).toBe(words)
})

test('a connection that broke is told from one that was never made', () => {
  const codes = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNREFUSED', 'ENOTFOUND', null]
  const broke = codes.filter((code) => isReset(coded(code)))
  expect(broke).toEqual(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
  expect(isReset(new TypeError('fetch failed', { cause: coded('EPIPE') }))).toBe(true)
})

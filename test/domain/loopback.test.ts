import { expect, test } from 'vitest'
import { isLoopback } from '../../src/domain/loopback.ts'

test.each(['127.0.0.1', '127.0.0.0', '127.1.2.3', '127.255.255.255', '::1', '[::1]', 'localhost'])(
  '%j is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true)
  },
)

test.each([
  '',
  '127.0.0.1.evil.com',
  'localhost.evil.com',
  'evil.localhost.com',
  'notlocalhost',
  'localhost:80',
  '127.0.0.1@evil.com',
  '127.0.0.1\n',
  '127.0.0',
  '127.0.0.256',
  '127.0.0.1.1',
  '1127.0.0.1',
  '128.0.0.1',
  '0.0.0.0',
  '10.0.0.1',
  '169.254.169.254',
  '[::]',
  '[::2]',
  '[::1',
  '[::1]evil.com',
  '2001:db8::1',
])('%j may be another', (host) => {
  expect(isLoopback(host)).toBe(false)
})

test.each([
  ['http://127.1:11434', true],
  ['http://LOCALHOST/', true],
  ['http://[0:0:0:0:0:0:0:1]:11434/api', true],
  ['http://2130706433', true],
  ['http://127.0.0.1.evil.com', false],
  ['http://localhost.evil.com:80', false],
  ['http://evil.com/127.0.0.1', false],
  ['http://evil.com#localhost', false],
])('of %j, as URL reads it: %j', (url, expected) => {
  expect(isLoopback(new URL(url).hostname)).toBe(expected)
})

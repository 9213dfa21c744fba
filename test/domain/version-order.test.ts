import { expect, test } from 'vitest'
import { isOlder } from '../../src/domain/version-order.ts'

test.each([
  ['0.1.0', '0.2.0', true],
  ['0.9.0', '0.10.0', true],
  ['1.0.0-beta.2', '1.0.0-beta.10', true],
  ['1.0.0-beta.1', '1.0.0', true],
  ['1.0.0', '1.0.0-beta.1', false],
  ['1.0.0', '1.0.0', false],
  ['0.2.0', '0.1.9', false],
  ['0.1.0', '0.0.0-source', false],
  ['', '0.1.0', false],
  ['drill', '0.1.0', false],
])('%j is older than %j: %j', (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected)
})

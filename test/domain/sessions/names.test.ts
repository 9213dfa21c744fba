import { expect, test } from 'vitest'
import { freeName, slug } from '../../../src/domain/sessions/names.ts'

test.each([
  ['budget', 'budget'],
  ['sonnet-4.5', 'sonnet-4-5'],
  ['qwen3:8b', 'qwen3-8b'],
  ['library/qwen3:8b', 'library-qwen3-8b'],
  ['...', 'session'],
  ['x'.repeat(80), 'x'.repeat(64)],
])('%s is slugged to %s', (text, expected) => {
  expect(slug(text)).toBe(expected)
})

test.each([
  ['budget', [], 'budget'],
  ['budget', ['budget'], 'budget-2'],
  ['budget', ['budget', 'budget-2', 'budget-4'], 'budget-3'],
  ['x'.repeat(64), ['x'.repeat(64)], `${'x'.repeat(62)}-2`],
])('the first free name after %s', (base, taken, expected) => {
  expect(freeName(base, new Set(taken))).toBe(expected)
})

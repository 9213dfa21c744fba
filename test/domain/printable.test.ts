import { expect, test } from 'vitest'
import { printable } from '../../src/domain/printable.ts'

test.each([
  ['gpt-5', 'gpt-5'],
  ['größe 模型 😀', 'größe 模型 😀'],
  ['a\u001b[31mb', 'a?[31mb'],
  ['a\r\nb\0\u007f\u009b', 'a??b???'],
  ['a\u202eb\u2066c\u200b', 'a?b?c?'],
  ['\ud800', '?'],
])('%j is shown as %j', (text, expected) => {
  expect(printable(text, 20)).toBe(expected)
})

test('a long text is cut, and no half of a character is left', () => {
  expect(printable('x'.repeat(300), 200)).toBe('x'.repeat(200))
  expect(printable('ab😀', 3)).toBe('ab?')
  expect(printable('ab😀', 4)).toBe('ab😀')
})

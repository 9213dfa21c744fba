import { expect, test } from 'vitest'
import { plainLines } from '../../../src/domain/sessions/line-filter.ts'

const TEXT = 'a\u001b[31mred\u001b[0m\r\n10%\r 20%\rdone\r\n\u001b]0;title\u0007last'

test.each([1, 2, 3, 7, 1000])('in pieces of %d characters the same lines come', (size) => {
  const lines = plainLines()
  let shown = ''
  for (let from = 0; from < TEXT.length; from += size)
    shown += lines.push(TEXT.slice(from, from + size))
  expect(shown).toBe('ared\ndone\n')
  expect(lines.rest()).toBe('last\n')
  expect(lines.rest()).toBe('')
})

test('a line without an end is let through before it fills the memory', () => {
  const lines = plainLines()
  expect(lines.push('x'.repeat(2 ** 20))).toBe('')
  expect(lines.push('y')).toHaveLength(2 ** 20 + 1)
})

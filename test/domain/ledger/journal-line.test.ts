import { expect, test } from 'vitest'
import { beginLine, endLine, readLine } from '../../../src/domain/ledger/journal-line.ts'
import type { Attempt } from '../../../src/domain/ledger/attempt.ts'
import { begun, ended, usage } from '../../support/attempts.ts'

const attempt = ended('a', { picoUsd: 999_999_999_999_999n, answerId: 'msg_1' })

test('an ended attempt is read as it was written', () => {
  const line = endLine(attempt)
  expect(line.indexOf('\n')).toBe(line.length - 1)
  expect(readLine(line)).toEqual({ kind: 'end', attempt })
})

test('a begun attempt is read as what it comes to when nobody sees it end', () => {
  const line = beginLine(begun('a'), { usage: usage(10, 500), picoUsd: 5n })
  expect(readLine(line)).toEqual({
    kind: 'begin',
    attempt: {
      ...begun('a'),
      endedAtMs: null,
      firstTokenMs: null,
      outcome: 'cut',
      mark: 'estimated',
      usage: usage(10, 500),
      picoUsd: 5n,
      answerId: null,
    },
  })
})

test('where no estimate could be made, none is', () => {
  const line = beginLine(begun('a'), { usage: null, picoUsd: null })
  expect(readLine(line)?.attempt).toMatchObject({ usage: null, picoUsd: null })
})

test('what was cut short, or is none of ours, is nothing', () => {
  const line = endLine(attempt)
  for (let length = 0; length < line.length - 1; length++)
    expect(readLine(line.slice(0, length))).toBeNull()
  for (const text of ['null', '[]', '{}', '7', '["end"]', '["begin",7]', '["other","a"]', '\0\0\0'])
    expect(readLine(text)).toBeNull()
})

function reread(changes: object): Attempt | undefined {
  // A client or an upstream may send anything in the place of these.
  return readLine(endLine({ ...attempt, ...changes } as Attempt))?.attempt
}

test.each([
  [{ startedAtMs: Number.NaN }],
  [{ startedAtMs: -1 }],
  [{ startedAtMs: 1e18 }],
  [{ id: '' }],
])('an attempt with %j is none, since nobody can say which or when', (changes) => {
  expect(reread(changes)).toBeUndefined()
})

test.each([
  ['a negative count', { usage: usage(-1, 5) }],
  ['a fraction of a token', { usage: usage(1.5, 5) }],
  ['a count beyond any window', { usage: usage(5, 1e12) }],
  ['a count as text', { usage: { ...usage(5, 5), input: '5' } }],
])('%s makes usage and price unknown', (_what, changes) => {
  expect(reread(changes)).toMatchObject({ usage: null, picoUsd: null })
})

test.each([-1n, 10n ** 16n])('a price of %d is unknown, and the usage is not', (picoUsd) => {
  expect(reread({ picoUsd })).toMatchObject({ usage: attempt.usage, picoUsd: null })
})

test.each([
  ['a\0b', 'a\u{fffd}b'],
  ['\ud800x', '\u{fffd}x'],
  ['naïve 日本', 'naïve 日本'],
  ['x'.repeat(5000), 'x'.repeat(1000)],
  ['', null],
  [7, null],
])('of the text %j every store can keep %j', (text, expected) => {
  expect(reread({ session: text })).toMatchObject({ session: expected })
})

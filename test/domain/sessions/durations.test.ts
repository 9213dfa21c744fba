import { expect, test } from 'vitest'
import { describeAge, parseDurationMs } from '../../../src/domain/sessions/durations.ts'

test.each([
  ['30s', 30_000],
  ['30', 30_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  ['0', null],
  ['-1s', null],
  ['1 h', null],
  ['soon', null],
  ['', null],
  ['9999999999s', null],
])('the time %j is %j ms', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected)
})

test.each([
  [-5, 'now'],
  [0.9, 'now'],
  [59, '59 s ago'],
  [60, '1 min ago'],
  [3599, '59 min ago'],
  [3600, '1 h ago'],
  [47 * 3600, '47 h ago'],
  [48 * 3600, '2 days ago'],
])('%d seconds before now is %j', (seconds, expected) => {
  const now = new Date('2026-11-22T12:00:00Z')
  expect(describeAge(new Date(now.getTime() - seconds * 1000), now)).toBe(expected)
})

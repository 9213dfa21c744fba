import { expect, test } from 'vitest'
import {
  formatChoice,
  formatOrigin,
  parseChoice,
  parseOrigin,
  type Origin,
} from '../../../src/domain/profiles/choice.ts'

const ORIGINS: readonly Origin[] = [
  { kind: 'shell' },
  { kind: 'user' },
  { kind: 'session', name: 'my-work' },
  { kind: 'project', file: '/a b:c/.llmsel.json', line: 12 },
  { kind: 'rc', file: '/home/me/my rc' },
  { kind: 'rc', file: null },
]

test.each(ORIGINS)('the origin %j survives the environment', (origin) => {
  expect(parseOrigin(formatOrigin(origin))).toEqual(origin)
})

test.each(ORIGINS)('a choice made at %j can be come back to', (origin) => {
  for (const gateway of [false, true]) {
    const choice = { profile: 'qwen3:8b', origin, gateway }
    expect(parseChoice(formatChoice(choice))).toEqual(choice)
  }
})

test('no choice is a choice to come back to, and rubbish is none', () => {
  expect(formatChoice(null)).toBe('')
  expect([parseChoice(''), parseChoice('x'), parseChoice(' shell')]).toEqual([null, null, null])
  expect(parseOrigin('rubbish here')).toEqual({ kind: 'shell' })
})

import { expect, test } from 'vitest'
import {
  controlToken,
  isToken,
  newSessionToken,
  profileOfToken,
  profileToken,
  proofOf,
  same,
} from '../../src/gateway/proof.ts'

const SECRET = Buffer.alloc(32, 1)
const OTHER = Buffer.alloc(32, 2)

test('a proof is of one secret, one question and one port', () => {
  const proof = proofOf(SECRET, 'nonce', 4747)
  expect(proof).toBe(proofOf(SECRET, 'nonce', 4747))
  expect(proof).not.toBe(proofOf(OTHER, 'nonce', 4747))
  expect(proof).not.toBe(proofOf(SECRET, 'nonce', 4748))
  expect(proof).not.toBe(proofOf(SECRET, 'other', 4747))
})

test.each(['budget', 'qwen3:8b', 'a/b.c@d', 'späti'])('the token of %s names it', (profile) => {
  const token = profileToken(SECRET, profile)
  expect(token).toMatch(/^[\w-]+$/)
  expect(profileOfToken(SECRET, token)).toBe(profile)
  expect(profileOfToken(OTHER, token)).toBeNull()
  expect(profileOfToken(SECRET, `${token.slice(0, -1)}!`)).toBeNull()
  expect(profileOfToken(SECRET, token.slice(0, -1))).toBeNull()
})

test('shells with keys of their own have tokens of their own, the same ones each time', () => {
  const token = profileToken(SECRET, 'budget', 'mine')
  expect(profileOfToken(SECRET, token)).toBe('budget')
  expect(token).toBe(profileToken(SECRET, 'budget', 'mine'))
  expect(token).not.toBe(profileToken(SECRET, 'budget', 'yours'))
  expect(token).not.toBe(profileToken(SECRET, 'budget'))
})

test('every token is known as one, and a key of a provider is not', () => {
  const tokens = [controlToken(SECRET), profileToken(SECRET, 'x'), newSessionToken()]
  expect(tokens.map(isToken)).toEqual([true, true, true])
  expect(isToken('sk-ant-api03-abc')).toBe(false)
  expect(newSessionToken()).not.toBe(newSessionToken())
})

test('texts of different lengths are compared, too', () => {
  expect(same('a', 'a')).toBe(true)
  expect(same('', 'a')).toBe(false)
})

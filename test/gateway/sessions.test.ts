import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { gatewayFolder } from '../../src/gateway/folder.ts'
import { newSessionToken, profileToken, tokenHash } from '../../src/gateway/proof.ts'
import { keepOn, openSessions, type Own } from '../../src/gateway/sessions.ts'
import { SESSION } from '../support/gateway.ts'

const OWN: Own = {
  keys: { claude: { header: 'x-api-key', value: 'sk-secret' } },
  baseUrls: { openai: 'http://127.0.0.1:9' },
}

let state = ''
let kept = -1
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-gateway-'))
  kept = openSync(join(state, 'kept'), 'wx+', 0o600)
})
afterEach(() => {
  closeSync(kept)
  rmSync(state, { recursive: true })
})

function open(descriptor: number | null) {
  const folder = gatewayFolder(state)
  return openSessions(folder, folder.secret(), keepOn(descriptor), () => {})
}

test('a session outlives a crash with its keys, which stand in no file that has a name', () => {
  const token = newSessionToken()
  open(kept).register(tokenHash(token), {
    ...SESSION,
    session: 'budget',
    profile: 'budget',
    own: OWN,
  })
  const text = readFileSync(join(state, 'gateway', 'sessions.json'), 'utf8')
  expect(text).not.toContain('sk-secret')
  expect(text).not.toContain(token)
  expect(open(kept).accessOf(token)).toMatchObject({ session: 'budget', own: OWN })
})

test('a token that was let in is let in no more once its session is over', () => {
  const sessions = open(kept)
  const [token, other] = [newSessionToken(), newSessionToken()]
  sessions.register(tokenHash(token), { ...SESSION, session: 's', profile: 'p', own: OWN })
  expect(sessions.accessOf(token)).toMatchObject({ session: 's', profile: 'p' })
  expect(sessions.accessOf(other)).toBeNull()
  sessions.revoke(tokenHash(token))
  expect(sessions.accessOf(token)).toBeNull()
  sessions.register(tokenHash(token), { ...SESSION, session: 's', profile: 'q', own: OWN })
  expect(sessions.accessOf(token)).toMatchObject({ profile: 'q' })
})

test('without a supervisor the session stays and its keys are gone', () => {
  const token = newSessionToken()
  open(null).register(tokenHash(token), {
    ...SESSION,
    session: 'budget',
    profile: 'budget',
    own: OWN,
  })
  expect(open(null).accessOf(token)).toMatchObject({ profile: 'budget', own: { keys: {} } })
})

test('a longer and then a shorter list of keys is read back as written', () => {
  const sessions = open(kept)
  const tokens = ['a', 'b', 'c'].map(() => newSessionToken())
  for (const token of tokens)
    sessions.register(tokenHash(token), { ...SESSION, session: 's', profile: 'p', own: OWN })
  const [first = '', ...rest] = tokens
  for (const token of rest) expect(sessions.revoke(tokenHash(token))).toBe(true)
  expect(open(kept).accessOf(first)).toMatchObject({ own: OWN })
  expect(open(kept).accessOf(rest[0] ?? '')).toBeNull()
})

test('what takes over gets the keys of the sessions that it knows', () => {
  const token = newSessionToken()
  const before = open(null)
  before.register(tokenHash(token), { ...SESSION, own: OWN })
  keepOn(kept).write(before.owns())
  expect(open(kept).accessOf(token)).toMatchObject({ own: OWN })
})

test('what a shell lends outlives a crash as a session’s does, and its token stands without it', () => {
  const secret = gatewayFolder(state).secret()
  const token = profileToken(secret, 'budget', 'mine')
  open(kept).lend(tokenHash(token), OWN)
  expect(open(kept).accessOf(token)).toMatchObject({ session: null, profile: 'budget', own: OWN })
  expect(open(null).accessOf(token)).toMatchObject({ profile: 'budget', own: { keys: {} } })
  expect(open(kept).accessOf(profileToken(secret, 'budget'))).toMatchObject({ own: { keys: {} } })
})

test('the secret is made once, for its user alone', () => {
  const folder = gatewayFolder(state)
  const secret = folder.secret()
  expect(gatewayFolder(state).secret().equals(secret)).toBe(true)
  expect(statSync(join(folder.path, 'secret')).mode & 0o777).toBe(0o600)
})

import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gatewayFolder, type GatewayFolder } from '../../src/gateway/folder.ts'
import { openLetters, type Letters } from '../../src/gateway/letters.ts'
import { newSessionToken, tokenHash } from '../../src/gateway/proof.ts'
import { keepOn, openSessions, type Sessions } from '../../src/gateway/sessions.ts'
import { forEachTest } from '../support/for-each-test.ts'

interface World {
  readonly folder: GatewayFolder
  readonly fifo: string
  readonly sessions: Sessions
  open(): Letters | null
  close(): void
}

const world = forEachTest((): World => {
  const state = mkdtempSync(join(tmpdir(), 'llmsel-letters-'))
  const folder = gatewayFolder(state)
  const sessions = openSessions(folder, folder.secret(), keepOn(null), () => {})
  const fifo = join(folder.path, 'letters')
  execFileSync('mkfifo', ['-m', '600', fifo])
  const opened: Letters[] = []
  return {
    folder,
    fifo,
    sessions,
    open: () => {
      const letters = openLetters({ folder, sessions, version: '1.2.3', log: () => {} })
      if (letters !== null) opened.push(letters)
      return letters
    },
    close: () => {
      for (const letters of opened) letters.close()
      rmSync(state, { recursive: true })
    },
  }
})

const LIVE = { keys: [{ from: 'keys', keys: { openai: { header: 'authorization', value: 'x' } } }] }

/** Of what is read from files only the keys are told. */
function begin(letters: Letters | null): Letters {
  if (letters === null) throw new Error('no FIFO')
  letters.begin(LIVE as unknown as Parameters<Letters['begin']>[0], 4747)
  return letters
}

function letter(token: string, action = 'register'): string {
  return `\n${JSON.stringify({ action, token, session: 's', profile: 'budget', project: '/w' })}\n`
}

test('a letter counts as soon as it is there, without a turn of the event loop', () => {
  const { sessions } = begin(world.open())
  const token = newSessionToken()
  appendFileSync(world.fifo, letter(token))
  expect(sessions.accessOf(token)).toMatchObject({ session: 's', profile: 'budget', project: '/w' })
  appendFileSync(world.fifo, letter(token, 'revoke'))
  expect(sessions.count).toBe(0)
  expect(sessions.accessOf(token)).toBeNull()
})

test('a session that is ended before its letter was read stays so', () => {
  const { sessions } = begin(world.open())
  const token = newSessionToken()
  appendFileSync(world.fifo, letter(token))
  expect(sessions.revoke(tokenHash(token))).toBe(true)
  expect(sessions.accessOf(token)).toBeNull()
})

test('before it listens it reads none, and none once it has handed over; they wait for the other', () => {
  const [next, former] = [world.open(), begin(world.open())]
  const [early, late] = [newSessionToken(), newSessionToken()]
  appendFileSync(world.fifo, letter(early))
  expect(next?.sessions.accessOf(early)).toBeNull()
  expect(Object.keys(former.sessions.owns())).toEqual([tokenHash(early)])
  appendFileSync(world.fifo, letter(late))
  expect(former.sessions.accessOf(late)).toBeNull()
  expect(begin(next).sessions.accessOf(late)).toMatchObject({ session: 's' })
})

test('it says who reads, where it listens and whose keys it has; of no key anything', () => {
  begin(world.open())
  const [pid, descriptor, ...rest] = world.folder.reader()
  expect([pid, rest]).toEqual([String(process.pid), ['4747', '1.2.3', 'keys:openai']])
  expect(descriptor).toMatch(/^\d+$/)
})

test('a FIFO that others may write to is none', () => {
  chmodSync(world.fifo, 0o622)
  expect(world.open()).toBeNull()
})

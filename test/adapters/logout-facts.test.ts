import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logoutFacts } from '../../src/adapters/logout-facts.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'llmsel-logind-'))
})

afterEach(() => rmSync(root, { recursive: true }))

function file(path: string, text = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('without systemd there are no facts', () => {
  file('etc/systemd/logind.conf')
  expect(logoutFacts(root)).toBeNull()
})

test('the files are in the order in which systemd reads them', () => {
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true })
  const { username } = userInfo()
  expect(logoutFacts(root)).toEqual({ files: [], user: username, lingers: false })
  file('usr/lib/systemd/logind.conf')
  file('etc/systemd/logind.conf')
  file('usr/lib/systemd/logind.conf.d/50-b.conf')
  file('etc/systemd/logind.conf.d/10-a.conf')
  file('run/systemd/logind.conf.d/90-c.conf')
  file('etc/systemd/logind.conf.d/90-c.conf')
  file('etc/systemd/logind.conf.d/readme')
  file(`var/lib/systemd/linger/${username}`)
  const facts = logoutFacts(root)
  expect(facts?.lingers).toBe(true)
  expect(facts?.files.map(({ text }) => text)).toEqual([
    'etc/systemd/logind.conf',
    'etc/systemd/logind.conf.d/10-a.conf',
    'usr/lib/systemd/logind.conf.d/50-b.conf',
    'etc/systemd/logind.conf.d/90-c.conf',
  ])
})

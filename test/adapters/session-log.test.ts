import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLog } from '../../src/adapters/session-log.ts'
import type { LogReader } from '../../src/ports.ts'
import { ROOT } from '../support/launcher.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-log-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function opened(lines: number): LogReader {
  const log = openLog(folder, lines)
  if (log === null) throw new Error('there is no log')
  return log
}

/** All that is there now. */
function rest(log: LogReader): string {
  const chunks: Uint8Array[] = []
  for (let chunk = log.read(); chunk.length > 0; chunk = log.read()) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

function tail(lines: number): string {
  const log = opened(lines)
  const text = rest(log)
  log.close()
  return text
}

test('there may be no log', () => {
  expect(openLog(folder, 1)).toBeNull()
})

test.each([
  ['', 1, ''],
  ['a\nb\nc\n', 1, 'c\n'],
  ['a\nb\nc', 1, 'c'],
  ['a\nb\nc\n', 2, 'b\nc\n'],
  ['a\nb\nc\n', 9, 'a\nb\nc\n'],
  ['a\n\n\n', 2, '\n\n'],
  ['\xff\xfe\nb\n', 2, '\xff\xfe\nb\n'],
])('of %j the last %d lines are %j', (text, lines, expected) => {
  writeFileSync(join(folder, 'log'), text, 'latin1')
  expect(tail(lines)).toBe(expected)
})

test('the last lines may begin in the file before, within a line', () => {
  writeFileSync(join(folder, 'log.1'), 'a\nb\nc')
  writeFileSync(join(folder, 'log'), 'd\ne\n')
  expect(tail(1)).toBe('e\n')
  expect(tail(2)).toBe('cd\ne\n')
  expect(tail(3)).toBe('b\ncd\ne\n')
  expect(tail(Number.POSITIVE_INFINITY)).toBe('a\nb\ncd\ne\n')
})

test('what is appended follows, also when the log is begun anew', () => {
  const path = join(folder, 'log')
  writeFileSync(path, 'a\n')
  const log = opened(1)
  expect(rest(log)).toBe('a\n')
  appendFileSync(path, 'b')
  expect(rest(log)).toBe('b')
  appendFileSync(path, 'late')
  renameSync(path, `${path}.1`)
  expect(rest(log)).toBe('late')
  writeFileSync(path, 'c')
  expect(rest(log)).toBe('c')
  appendFileSync(path, 'd')
  expect(rest(log)).toBe('d')
  log.close()
})

const SHELLS = ['dash', 'bash --posix', 'zsh --emulate sh']

test.each(SHELLS)('under %s the logger keeps every byte, in two files', (shell) => {
  const script = join(ROOT, 'libexec/log.sh')
  const bytes = Buffer.from(
    Uint8Array.from({ length: 24 * 1024 * 1024 }, (_, i) => i * 31 + i / 999),
  )
  // Of a pipe each read has as much as happens to be there, and so has each file.
  const input = join(folder, 'input')
  writeFileSync(input, bytes)
  const result = spawnSync(`${shell} ${script} ${folder} 4711 1000000 <${input}`, {
    shell: true,
    encoding: 'utf8',
  })
  expect([result.status, result.stderr]).toEqual([0, ''])
  const [older, newer] = ['log.1', 'log'].map((name) => readFileSync(join(folder, name)))
  expect(Buffer.concat([older ?? bytes, newer ?? bytes]).equals(bytes)).toBe(true)
  expect(older?.length).toBeLessThanOrEqual(16 * 1024 * 1024)
  expect(statSync(join(folder, 'log')).mode & 0o077).toBe(0)
  expect(readFileSync(join(folder, 'server'), 'utf8')).toBe('4711\n')
})

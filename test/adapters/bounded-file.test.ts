import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBounded } from '../../src/adapters/bounded-file.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-bounded-'))
  writeFileSync(join(folder, 'exact'), 'x'.repeat(100))
  writeFileSync(join(folder, 'longer'), 'x'.repeat(101))
  writeFileSync(join(folder, 'empty'), '')
  symlinkSync('exact', join(folder, 'link'))
  symlinkSync('loop', join(folder, 'loop'))
  spawnSync('mkfifo', [join(folder, 'pipe')])
})

afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['exact', { kind: 'text', text: 'x'.repeat(100) }],
  ['link', { kind: 'text', text: 'x'.repeat(100) }],
  ['empty', { kind: 'text', text: '' }],
  ['longer', { kind: 'refused', reason: 'it is longer than 100 bytes' }],
  ['pipe', { kind: 'refused', reason: 'it is no regular file' }],
  ['.', { kind: 'refused', reason: 'it is no regular file' }],
  ['loop', { kind: 'refused', reason: 'a loop of links' }],
  ['absent', null],
  ['exact/inside', null],
])('%s', (name, content) => {
  expect(readBounded(join(folder, name), 100)).toEqual(content)
})

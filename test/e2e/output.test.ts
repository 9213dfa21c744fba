import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEnv, llmsel } from '../support/launcher.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-home-'))
})

afterEach(() => rmSync(home, { recursive: true }))

/** As a pipe does that somebody has made non-blocking: it takes a part, and then says "later". */
const FULL_PIPE = `const fs = require('node:fs')
const write = fs.writeSync
let taken = 0
fs.writeSync = (fd, bytes) => {
  if (taken++ === 0) return write(fd, bytes.subarray(0, 100))
  throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' })
}`

test.each([
  ['a long result', ['models', '--all', '--json'], 0],
  ['a long error', ['models', 'show', 'y'.repeat(100_000)], 2],
])('%s arrives whole where the reader of a pipe is slow', (_, words, status) => {
  const env = freshEnv(home)
  const hook = join(home, 'hook.cjs')
  writeFileSync(hook, FULL_PIPE)
  const slow = llmsel(words, { ...env, NODE_OPTIONS: `--require=${hook}` })
  const { stdout, stderr } = llmsel(words, env)
  expect(slow).toMatchObject({ status, stdout, stderr })
  // More than a pipe holds.
  expect(stdout.length + stderr.length).toBeGreaterThan(1 << 16)
})

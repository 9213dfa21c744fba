import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepFragment } from '../../src/adapters/fragments.ts'

const CHANGED_AT_S = 1_700_000_000
let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-fragments-'))
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(home, { recursive: true })
})

test.each([
  ['in the second of its last change', 0.999, false],
  ['in the next', 1, true],
])('a fragment of a config that is read %s: kept? %s, %s', (_when, later, kept) => {
  const configPath = join(home, 'config.json')
  writeFileSync(configPath, '{}')
  utimesSync(configPath, CHANGED_AT_S, CHANGED_AT_S)
  const program = join(home, 'cli.cjs')
  writeFileSync(program, '')
  utimesSync(program, 1, 1)
  vi.useFakeTimers({ toFake: ['Date'], now: (CHANGED_AT_S + later) * 1000 })
  const folders = { state: home, configFolder: home, version: '0', program }
  const configChangedAtNs = BigInt(CHANGED_AT_S) * 1_000_000_000n
  const fragment = {
    syntax: 'sh',
    name: 'haiku',
    text: ':',
    configChangedAtNs,
    refreshedAtNs: null,
    until: null,
  } as const
  expect(keepFragment(folders, fragment)).toBe(kept)
})

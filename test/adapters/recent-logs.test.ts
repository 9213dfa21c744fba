import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recentLogs } from '../../src/adapters/recent-logs.ts'
import { answer, idOf } from '../support/logs.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-recent-'))
})

afterEach(() => rmSync(home, { recursive: true }))

const SINCE_MS = Date.UTC(2026, 10, 1)

function put(path: string, text: string, writtenMs: number): void {
  const whole = join(home, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, text)
  utimesSync(whole, writtenMs / 1000, writtenMs / 1000)
}

async function idsIn(env: Readonly<Record<string, string>>): Promise<string[]> {
  const found: string[] = []
  for await (const { records } of recentLogs(env, SINCE_MS)) {
    found.push(...records.map(({ id }) => id))
  }
  return found
}

test('a file that was last written before is not opened, one of that moment is', async () => {
  put('.claude/projects/p/old.jsonl', answer({ id: 'old' }), SINCE_MS - 1000)
  put('.claude/projects/p/now.jsonl', answer({ id: 'now' }), SINCE_MS)
  expect(await idsIn({ HOME: home })).toEqual([idOf('now')])
})

test('the agents’ own variables say where their logs are', async () => {
  put('elsewhere/projects/p/a.jsonl', answer({ id: 'a' }), SINCE_MS)
  const env = { HOME: home, CLAUDE_CONFIG_DIR: join(home, 'elsewhere') }
  expect(await idsIn(env)).toEqual([idOf('a')])
})

test('without a home there are none', async () => {
  expect(await idsIn({})).toEqual([])
})

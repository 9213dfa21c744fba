import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAgentLogs } from '../../src/adapters/agent-logs.ts'
import { answer } from '../support/logs.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-logs-'))
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

test('V8 optimises nothing while a little is read, and has its own flags again after it', async () => {
  const folder = join(home, '.claude', 'projects', 'p')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 's.jsonl'), answer({ id: 'a' }))
  let count = 0
  // What is in memory is not compared: each text is a new one, as long as the others.
  const script = (cachedData?: Buffer) => new Script(`(() => ${count++})`, { cachedData })
  const cachedData = script().createCachedData()
  // V8 refuses code that was made with other flags.
  const hasOtherFlags = () => script(cachedData).cachedDataRejected
  const seen: unknown[] = []
  for await (const { records } of openAgentLogs({ HOME: home }).read('claude-code', {})) {
    seen.push(records.length, hasOtherFlags())
    break
  }
  expect(seen).toEqual([1, true])
  expect(hasOtherFlags()).toBe(false)
})

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ledgerFacts } from '../../../src/adapters/ledger/facts.ts'
import { openStore } from '../../../src/adapters/ledger/store.ts'
import { ended } from '../../support/attempts.ts'

let state: string
let path: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-facts-'))
  path = join(state, 'ledger.db')
})
afterEach(() => rmSync(state, { recursive: true }))

async function keepOne(): Promise<void> {
  const store = await openStore({ path })
  await store.put([ended('a')], 'laptop')
  await store.close()
}

test('no ledger is none, and none is made', async () => {
  expect(await ledgerFacts(state, null)).toEqual({
    place: path,
    state: 'none',
    problem: null,
    waitingBytes: 0,
  })
  expect(existsSync(path)).toBe(false)
})

test('one that can be read is fine', async () => {
  await keepOne()
  expect(await ledgerFacts(state, null)).toMatchObject({ state: 'fine', problem: null })
})

test.each([
  [
    'damaged',
    () => {
      rmSync(`${path}-wal`, { force: true })
      writeFileSync(path, 'x'.repeat(5000))
    },
    'is damaged',
  ],
  [
    'of a newer version',
    () => {
      const database = new Libsql(path)
      database.exec("update meta set value = '99' where name = 'version'")
      database.close()
    },
    'is from a newer llmsel',
  ],
])('one that is %s is broken, in the words of every command', async (_, harm, message) => {
  await keepOne()
  harm()
  const { state: found, problem } = await ledgerFacts(state, null)
  expect({ found, problem }).toMatchObject({
    found: 'broken',
    problem: { message: expect.stringContaining(message), fix: expect.any(String) },
  })
})

test('a server that is away is broken, and its password is in no word', async () => {
  const facts = await ledgerFacts(state, 'postgresql://me:s3cret@127.0.0.1:1/llmsel')
  expect(facts).toMatchObject({ place: 'PostgreSQL at 127.0.0.1:1/llmsel', state: 'broken' })
  expect(JSON.stringify(facts)).not.toContain('s3cret')
})

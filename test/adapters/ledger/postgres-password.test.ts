import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openStore } from '../../../src/adapters/ledger/store.ts'
import { postgresOfFile } from '../../support/postgres.ts'

const PASSWORD = 'hunter:2'

const postgres = postgresOfFile()
let folder: string
let url: string
const warnings: Error[] = []
const warned = (warning: Error) => void warnings.push(warning)

beforeAll(async () => {
  const mine = await postgres.database()
  url = mine.replace('user=me', 'user=secretive')
  const client = new pg.Client({ connectionString: mine })
  await client.connect()
  await client.query(`create role secretive superuser login password '${PASSWORD}'`)
  await client.end()
  process.on('warning', warned)
})

afterAll(() => {
  process.off('warning', warned)
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-pgpass-'))
  vi.stubEnv('PGPASSFILE', join(folder, 'pgpass'))
  vi.stubEnv('PGPASSWORD', undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

async function opens(place = url): Promise<void> {
  const store = await openStore({ url: place })
  await store.close()
}

test('the password comes from ~/.pgpass, and nothing warns of it', async () => {
  const lines = `# mine\nelsewhere:5432:*:*:no\n*:*:*:secretive:${PASSWORD.replace(':', String.raw`\:`)}\n`
  writeFileSync(join(folder, 'pgpass'), lines, { mode: 0o600 })
  await opens()
  // A warning is given in the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([])
})

test('PGPASSWORD, and a password in the URL, count as well', async () => {
  vi.stubEnv('PGPASSWORD', PASSWORD)
  await opens()
  vi.stubEnv('PGPASSWORD', 'another')
  await expect(opens()).rejects.toThrow('password authentication failed')
  await opens(url.replace('///', `//secretive:${encodeURIComponent(PASSWORD)}@/`))
})

test('without one the error says where to put it', async () => {
  await expect(opens()).rejects.toMatchObject({
    message: expect.stringContaining('asks for the password of secretive'),
    hint: expect.stringMatching(/^put it into ~\/\.pgpass, with mode 0600: .*:secretive:PASSWORD$/),
  })
})

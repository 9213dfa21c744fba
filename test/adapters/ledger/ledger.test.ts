import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedgerReader } from '../../../src/adapters/ledger/command.ts'
import { openLedgerImport } from '../../../src/adapters/ledger/import.ts'
import { openLedger } from '../../../src/adapters/ledger/ledger.ts'
import type { Ledger, LedgerReader } from '../../../src/domain/ledger/ledger.ts'
import type { LogTerms } from '../../../src/domain/ledger/logged-attempt.ts'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import { begun, ended, NOON_MS, record, usage } from '../../support/attempts.ts'
import { startWriter } from '../../support/ledger-processes.ts'
import { ledgerScript } from '../../support/ledger-script.ts'
import { postgresOfFile } from '../../support/postgres.ts'
import { until } from '../../support/until.ts'

const TERMS: LogTerms = {
  catalogue: createCatalogue({ pins: {}, models: {}, ollamaModel: null }),
  unsaid: 'api',
}
const NO_ESTIMATE = { usage: null, picoUsd: null }

const postgres = postgresOfFile()
let state: string
let opened: Ledger[]

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-ledger-'))
  opened = []
})

afterEach(async () => {
  for (const ledger of opened) await ledger.close()
  rmSync(state, { recursive: true })
})

function open(url: string | null = null): Ledger {
  const ledger = openLedger({
    state,
    url,
    retentionDays: null,
    script: ledgerScript(),
    timeZone: 'UTC',
    onWarning: () => {},
  })
  opened.push(ledger)
  return ledger
}

async function idsIn(reader: LedgerReader): Promise<string[]> {
  const ids: string[] = []
  for await (const page of reader.attempts({ range: null, where: {} }))
    ids.push(...page.map(({ id }) => id))
  return ids
}

/** As a command sees it, from the disk. */
async function recorded(url: string | null = null): Promise<string[]> {
  const reader = await openLedgerReader({ state, url })
  const ids = await idsIn(reader)
  await reader.close()
  return ids
}

const database = () => join(state, 'ledger.db')

test('what has ended is in reports, of the gateway and of a command beside it', async () => {
  const ledger = open()
  void ledger.begin(begun('a'), NO_ESTIMATE)
  void ledger.end(ended('a'))
  expect(await ledger.flush()).toBe(true)
  expect(await idsIn(ledger.reader)).toEqual(['a'])
  expect(await recorded()).toEqual(['a'])
  const spent = await ledger.reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' })
  expect(spent.map(({ totals }) => totals.picoUsd)).toEqual([1000n])
  for await (const page of ledger.reader.metered({ range: null, where: {} }))
    expect(page).toMatchObject([{ usage: usage(100, 20), picoUsd: 1000n, startedAtMs: NOON_MS }])
  expect(ledger.health()).toEqual({ problem: null, waiting: 0, unwritten: 0, lost: 0 })
})

test('it is there in a moment without being asked for', async () => {
  const ledger = open()
  void ledger.end(ended('a'))
  expect(ledger.health()).toMatchObject({ waiting: 1 })
  await until(() => ledger.health().waiting === 0)
  expect(await recorded()).toEqual(['a'])
})

test('what a limit has brought in is no longer waited for', async () => {
  const ledger = open()
  const limit = { per: 'day', picoUsd: 10n ** 12n } as const
  void ledger.end(ended('a'))
  await ledger.limits.reserve([{ scope: 'profile', name: 'p', limit }], 1n)
  expect(await ledger.flush()).toBe(true)
  expect(ledger.health()).toEqual({ problem: null, waiting: 0, unwritten: 0, lost: 0 })
})

test('where nothing was recorded a report is empty, and makes no file', async () => {
  expect(await recorded()).toEqual([])
  expect(readdirSync(state)).toEqual([])
})

test('an attempt that ends twice is there once, as it ended last', async () => {
  const ledger = open()
  void ledger.end(ended('a', { mark: 'estimated', picoUsd: 1n }))
  void ledger.end(ended('a', { mark: 'final', picoUsd: 2n }))
  await ledger.flush()
  const spent = await ledger.reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' })
  expect(spent.map(({ mark, totals }) => [mark, totals.picoUsd])).toEqual([['final', 2n]])
})

test('what is imported is counted once, also beside a gateway', async () => {
  const ledger = open()
  void ledger.end(ended('a', { answerId: 'msg_1' }))
  await ledger.flush()
  const log = openLedgerImport({ state, url: null, script: ledgerScript() })
  const lines = [record('msg_1'), record('msg_2'), record('msg_2'), record('', { atMs: -1 })]
  const put = async (terms: LogTerms) => await log.put(lines, new Map(), terms)
  expect(await put(TERMS)).toEqual({ added: 1, changed: 0, known: 2, refused: 1 })
  expect(await put(TERMS)).toEqual({ added: 0, changed: 0, known: 3, refused: 1 })
  // Only a later line of a log may tell that a subscription paid.
  const included = { added: 0, changed: 1, known: 2, refused: 1 }
  expect(await put({ ...TERMS, unsaid: 'included' })).toEqual(included)
  await log.close()
  expect(await recorded()).toEqual(['a', 'msg_2'])
})

test('after a batch of an import that was not kept, none on its way is, and no place', async () => {
  const url = await postgres.database()
  const begin = () => openLedgerImport({ state, url, script: ledgerScript() })
  const log = begin()
  const put = async (id: string, bytes: number) =>
    await log.put([record(id)], new Map([['/log', { bytes }]]), TERMS)
  await put('msg_1', 1)
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  await other.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise 'not this one'; end $$`)
  await other.query(`create trigger refuses before insert on llmsel.attempts for each row
    when (new.id = 'msg_2') execute function refuse()`)
  await other.end()
  const later = await Promise.allSettled([put('msg_2', 2), put('msg_3', 3)])
  expect(later.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await log.close()
  const next = begin()
  expect(await next.places()).toEqual({ '/log': { bytes: 1 } })
  await next.close()
})

test('while another program holds the lock, requests go on and are stored afterwards', async () => {
  const ledger = open()
  void ledger.end(ended('a'))
  await ledger.flush()
  const other = new Libsql(database(), { timeout: 100 })
  other.exec('begin immediate')
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(false)
  expect(ledger.health()).toMatchObject({ waiting: 1, unwritten: 0, lost: 0 })
  const said = `the ledger ${database()} is locked by another program; nothing is lost: `
  expect(ledger.health().problem).toContain(said)
  void ledger.end(ended('c'))
  other.exec('rollback')
  other.close()
  await until(() => ledger.health().waiting === 0)
  expect(ledger.health().problem).toBeNull()
  expect(await recorded()).toEqual(['a', 'b', 'c'])
})

test('a damaged file stays as it is, and what it could not take goes into a new one', async () => {
  const garbage = 'no database at all '.repeat(1000)
  writeFileSync(database(), garbage)
  const ledger = open()
  void ledger.end(ended('a'))
  expect(await ledger.flush()).toBe(false)
  const { problem } = ledger.health()
  expect(problem).toContain(`${database()} is damaged; keep a copy, then: mv`)
  expect(readFileSync(database(), 'utf8')).toBe(garbage)
  await expect(recorded()).rejects.toThrow(/is damaged/)
  renameSync(database(), `${database()}.bad`)
  await until(async () => await ledger.flush())
  expect(await recorded()).toEqual(['a'])
})

test('the ledger of a newer version is refused, and no byte of it changes', async () => {
  const first = open()
  void first.end(ended('a'))
  await first.flush()
  await first.close()
  const other = new Libsql(database())
  other.exec(`update meta set value = '99' where name = 'version'`)
  other.close()
  const before = readFileSync(database())
  const ledger = open()
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(false)
  expect(ledger.health().problem).toContain('is from a newer llmsel; install that version')
  await expect(recorded()).rejects.toMatchObject({ code: 'conflict' })
  await ledger.close()
  expect(readFileSync(database()).equals(before)).toBe(true)
  expect(readdirSync(join(state, 'ledger'))).toHaveLength(2)
})

test('where no journal can be written, what has ended goes into the store without one', async () => {
  const folder = join(state, 'ledger')
  writeFileSync(folder, 'in the way')
  const ledger = open()
  void ledger.begin(begun('open'), { usage: null, picoUsd: 5n })
  void ledger.begin(begun('a'), NO_ESTIMATE)
  void ledger.end(ended('a'))
  expect(await ledger.flush()).toBe(false)
  expect(ledger.health()).toMatchObject({ waiting: 0, unwritten: 0, lost: 0 })
  expect(ledger.health().problem).toContain('cannot write the journal')
  rmSync(folder)
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(true)
  expect(ledger.health()).toMatchObject({ waiting: 0, unwritten: 0 })
  expect(await recorded()).toEqual(['a', 'b'])
})

test('a journal that somebody removes is begun anew', async () => {
  const ledger = open()
  void ledger.end(ended('a'))
  await ledger.flush()
  rmSync(join(state, 'ledger'), { recursive: true })
  await ledger.flush()
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(true)
  expect(await recorded()).toEqual(['a', 'b'])
})

test('a database that somebody moves away is begun anew', async () => {
  const ledger = open()
  void ledger.end(ended('a'))
  await ledger.flush()
  renameSync(database(), join(state, 'old.db'))
  for (const suffix of ['-wal', '-shm']) rmSync(`${database()}${suffix}`, { force: true })
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(true)
  expect(await recorded()).toEqual(['b'])
})

test('what the store would not take before the end is taken at the next start', async () => {
  mkdirSync(database())
  const ledger = open()
  void ledger.end(ended('a'))
  await ledger.close()
  rmSync(database(), { recursive: true })
  // This process still lives, so that nobody else takes its files to be left behind.
  const [name = ''] = readdirSync(join(state, 'ledger')).filter((each) => each.endsWith('.v1'))
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const left = name.replace(/^([0-9a-f]+)-\d+/, `$1-${gone}`)
  renameSync(join(state, 'ledger', name), join(state, 'ledger', left))
  expect(await recorded()).toEqual(['a'])
})

test('where files cannot grow, requests go on, and all is stored once they can', async () => {
  const limit = ['prlimit', '--fsize=200000:unlimited']
  const writer = startWriter({ state, name: 'a', count: 2000, atOnce: 3 }, limit)
  await writer.done()
  expect(writer.said.filter((line) => line.startsWith('ended'))).toHaveLength(2000)
  expect(writer.said.at(-2)).toMatch(/^problem (?:there is no room|cannot use)/)
  expect(spawnSync('prlimit', ['--pid', String(writer.pid), '--fsize=unlimited']).status).toBe(0)
  expect(await writer.close()).toBe(0)
  expect((await recorded()).length).toBe(2000)
})

test('PostgreSQL may be away for a while', async () => {
  const url = await postgres.database()
  const ledger = open(url)
  void ledger.end(ended('a'))
  expect(await ledger.flush()).toBe(true)
  postgres.stop()
  void ledger.end(ended('b'))
  expect(await ledger.flush()).toBe(false)
  expect(ledger.health().problem).toMatch(/^cannot use the ledger in PostgreSQL at this machine/)
  await expect(
    ledger.reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' }),
  ).rejects.toThrow(/^cannot use the ledger/)
  void ledger.end(ended('c'))
  postgres.start()
  await until(() => ledger.health().waiting === 0)
  expect(await recorded(url)).toEqual(['a', 'b', 'c'])
})

test('two gateways share a PostgreSQL that goes away and comes back, and nothing is lost', async () => {
  const url = await postgres.database()
  const states = ['a', 'b'].map((name) => join(state, name))
  const writers = states.map((each, index) =>
    startWriter({ state: each, url, name: `${index} `, count: 3000, atOnce: 4 }),
  )
  await Promise.all(writers.map(async (writer) => await writer.lines(3000)))
  postgres.stop()
  await Promise.all(writers.map(async (writer) => await writer.done()))
  postgres.start()
  expect(await Promise.all(writers.map(async (writer) => await writer.close()))).toEqual([0, 0])
  // What could not be stored in the end waits for the next start.
  for (const each of states) await (await openLedgerReader({ state: each, url })).close()
  const ids = await recorded(url)
  expect([ids.length, new Set(ids).size]).toEqual([6000, 6000])
})

test('a URL that is none of PostgreSQL is refused, and no password is shown', async () => {
  expect(() => open('mysql://me:secret@host/x')).toThrow(/^ledger.url is not the URL/)
  const url = 'postgresql://me:secret@127.0.0.1:1/ledger'
  await expect(recorded(url)).rejects.toThrow(
    /^cannot use the ledger in PostgreSQL at 127.0.0.1:1\/ledger: (?!.*secret)/,
  )
})

import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { drainFinished, ownDrain } from '../../../src/adapters/ledger/journal-drain.ts'
import { journalPath, newOwner } from '../../../src/adapters/ledger/journal-files.ts'
import {
  openJournal,
  type Journal,
  type JournalOptions,
} from '../../../src/adapters/ledger/journal.ts'
import type { Attempt } from '../../../src/domain/ledger/attempt.ts'
import { begun, ended, NOON_MS } from '../../support/attempts.ts'

const NO_ESTIMATE = { usage: null, picoUsd: null }

let folder: string
let owner: string
let nowMs: number
let stored: Attempt[]

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'llmsel-journal-')), 'ledger')
  owner = newOwner()
  nowMs = NOON_MS
  stored = []
})

afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const put = async (attempts: readonly Attempt[]) => stored.push(...attempts)

function openUnwritten(changes: Partial<JournalOptions> = {}) {
  return openJournal({
    folder,
    owner,
    fileBytes: 1500,
    maxBytes: 1e6,
    maxUnwritten: 3,
    nowMs: () => nowMs,
    ...changes,
  })
}

/** Writes each line at once. */
function open(changes: Partial<JournalOptions> = {}): Journal {
  const journal = openUnwritten(changes)
  return {
    ...journal,
    begin: (...given) => {
      journal.begin(...given)
      journal.write()
    },
    end: (attempt) => {
      journal.end(attempt)
      journal.write()
    },
  }
}

const files = () => readdirSync(folder).map((name) => Number(name.split('.').at(-2)))

/** By a process that has ended. */
function goneOwner(): string {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  return newOwner().replace(/^([0-9a-f]+)-\d+/, `$1-${pid}`)
}

test('what was noted is in the file when it is written, in its order', () => {
  const journal = openUnwritten()
  journal.begin(begun('a'), NO_ESTIMATE)
  journal.end(ended('a'))
  journal.begin(begun('b'), NO_ESTIMATE)
  expect(existsSync(folder)).toBe(false)
  journal.write()
  journal.write()
  const starts = () => readFileSync(journalPath(folder, owner, 1), 'utf8').match(/^\["\w+","\w+"/gm)
  // A new file begins with all that is open.
  const written = ['["begin","b"', '["begin","a"', '["end","a"', '["begin","b"']
  expect(starts()).toEqual(written)
  journal.end(ended('b'))
  journal.close()
  expect(starts()).toEqual([...written, '["end","b"'])
})

test('of what was noted and found no room, the ends are kept as far as they may be', () => {
  const journal = openUnwritten({ maxBytes: -1, maxUnwritten: 2 })
  journal.begin(begun('open'), NO_ESTIMATE)
  for (const id of ['a', 'b', 'c']) journal.end(ended(id))
  journal.write()
  expect(journal.unwritten().map(({ id }) => id)).toEqual(['a', 'b'])
  expect(journal.state()).toMatchObject({ ended: 3, lost: 1 })
  expect(journal.open()).toBe(1)
  journal.close()
})

test('a file that is full is followed by another, and goes once it is stored', async () => {
  const journal = open()
  const drain = ownDrain(folder, owner, put)
  journal.begin(begun('open'), NO_ESTIMATE)
  for (let i = 0; i < 20; i++) journal.end(ended(`a${i}`))
  expect(files().length).toBeGreaterThan(3)
  await drain.drain()
  expect(files()).toEqual([journal.state().number])
  expect(stored).toHaveLength(20)
  expect(drain.takeDrained()).toMatchObject({ attempts: 20, newest: journal.state().number })
  expect(drain.takeDrained()).toMatchObject({ attempts: 0, bytes: 0 })
  journal.close()
})

test('what is open goes on in the next file, so that the one before can go', async () => {
  const journal = open({ owner: goneOwner() })
  journal.begin(begun('open'), NO_ESTIMATE)
  for (let i = 0; i < 9; i++) journal.end(ended(`a${i}`))
  journal.close()
  for (const number of files()
    .toSorted((a, b) => a - b)
    .slice(0, -1)) {
    const [name = ''] = readdirSync(folder).filter((each) => each.endsWith(`.${number}.v1`))
    rmSync(join(folder, name))
  }
  await drainFinished(folder, null, put)
  expect(stored.filter(({ mark }) => mark === 'estimated').map(({ id }) => id)).toEqual(['open'])
  expect(readdirSync(folder)).toEqual([])
})

test('a last line that was cut short is left out, and its attempt is an estimate', async () => {
  const gone = goneOwner()
  const journal = open({ owner: gone })
  journal.begin(begun('a'), NO_ESTIMATE)
  journal.end(ended('b'))
  journal.close()
  appendFileSync(journalPath(folder, gone, 1), '["end","a","request of a",')
  await drainFinished(folder, null, put)
  expect(stored.map(({ id, mark }) => `${id} ${mark}`)).toEqual(['b final', 'a estimated'])
})

test('lines that nobody can read are passed over', async () => {
  const gone = goneOwner()
  const journal = open({ owner: gone })
  journal.end(ended('a'))
  const path = journalPath(folder, gone, 1)
  appendFileSync(path, `\0\0\0\n${'x'.repeat(1 << 20)}\n\n{}\n`)
  journal.end(ended('b'))
  journal.close()
  await drainFinished(folder, null, put)
  expect(stored.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('what the store does not take stays, and comes again', async () => {
  const journal = open()
  for (let i = 0; i < 20; i++) journal.end(ended(`a${i}`))
  let isFull = true
  const drain = ownDrain(folder, owner, async (attempts) => {
    if (isFull) throw new Error('full')
    stored.push(...attempts)
  })
  await expect(drain.drain()).rejects.toThrow('full')
  const before = files().length
  await expect(drain.drain()).rejects.toThrow('full')
  expect(files()).toHaveLength(before)
  isFull = false
  await drain.drain()
  expect(stored).toHaveLength(20)
  journal.close()
})

test('beyond its bounds it keeps some in memory, counts the others as lost, and goes on', () => {
  const journal = open({ maxBytes: 2500 })
  for (let i = 0; i < 30; i++) journal.end(ended(`a${i}`))
  const { lost, problem } = journal.state()
  expect(problem).toMatch(/ is full$/)
  expect(journal.unwritten()).toHaveLength(3)
  expect(lost).toBeGreaterThan(10)
  journal.drained(2500)
  journal.retry()
  expect(journal.unwritten()).toEqual([])
  expect(journal.state()).toMatchObject({ lost, problem: null })
  journal.close()
})

test('after a pause it begins a file, since others may take the last for abandoned', () => {
  const journal = open({ fileBytes: 1e6 })
  journal.begin(begun('open'), NO_ESTIMATE)
  journal.end(ended('a'))
  nowMs += 31 * 60_000
  journal.end(ended('b'))
  expect(files()).toEqual([1, 2])
  expect(readFileSync(journalPath(folder, owner, 2), 'utf8')).toMatch(/^\["begin","open"/)
  journal.close()
})

test('files of other machines and containers are taken over when nobody writes to them any more', async () => {
  const foreign = newOwner().replace(/^[0-9a-f]{8}/, '00000000')
  const journal = open({ owner: foreign })
  journal.end(ended('a'))
  await drainFinished(folder, null, put)
  expect(stored).toEqual([])
  const twoHoursAgo = Date.now() / 1000 - 7200
  utimesSync(journalPath(folder, foreign, 1), twoHoursAgo, twoHoursAgo)
  await drainFinished(folder, null, put)
  expect(stored.map(({ id }) => id)).toEqual(['a'])
  journal.close()
})

test('a pid that another process has now is not taken for the writer', async () => {
  const reused = newOwner().replace(/^([0-9a-f]+-\d+)-\d*/, '$1-1')
  const journal = open({ owner: reused })
  journal.end(ended('a'))
  await drainFinished(folder, null, put)
  expect(stored.map(({ id }) => id)).toEqual(['a'])
  journal.close()
})

test('what is no journal of this format stays as it is', async () => {
  const journal = open()
  journal.end(ended('a'))
  const others = [`${goneOwner()}.1.v2`, 'notes.txt', '.v1']
  for (const name of others) writeFileSync(join(folder, name), 'mine')
  await drainFinished(folder, owner, put)
  expect(readdirSync(folder)).toHaveLength(others.length + 1)
  journal.close()
})

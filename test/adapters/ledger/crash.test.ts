import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedgerReader } from '../../../src/adapters/ledger/command.ts'
import { openLedgerImport } from '../../../src/adapters/ledger/import.ts'
import type { Entry } from '../../../src/domain/ledger/merge.ts'
import { startWriter } from '../../support/ledger-processes.ts'
import { ledgerScript } from '../../support/ledger-script.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-ledger-'))
})

afterEach(() => rmSync(state, { recursive: true }))

/** What is in the ledger, by id, after a look at the sums, which must agree. */
async function recorded(): Promise<Map<string, Entry[]>> {
  const reader = await openLedgerReader({ state, url: null })
  const found = new Map<string, Entry[]>()
  let count = 0
  try {
    for await (const page of reader.attempts({ range: null, where: {} })) {
      count += page.length
      for (const entry of page) found.set(entry.id, [...(found.get(entry.id) ?? []), entry])
    }
    const spent = await reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' })
    expect(spent.reduce((sum, { totals }) => sum + totals.attempts, 0)).toBe(count)
    return found
  } finally {
    await reader.close()
  }
}

function idsSaid(said: readonly string[], word: string): string[] {
  return said.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
}

// Primes, so that it dies at each of the places where it may.
test.each([3, 11, 101, 307, 1009, 2003, 4001, 7001, 20_011])(
  'killed after %d lines, each ended attempt is there once and each cut one is an estimate',
  async (lines) => {
    const writer = startWriter({ state, name: 'a', count: null, atOnce: 5 })
    await writer.lines(lines)
    await writer.kill()
    const found = await recorded()
    for (const entries of found.values()) expect(entries).toHaveLength(1)
    const ended = new Set(idsSaid(writer.said, 'ended'))
    const ending = new Set(idsSaid(writer.said, 'end'))
    for (const id of ended) expect(found.get(id)?.[0]).toMatchObject({ mark: 'final' })
    for (const id of idsSaid(writer.said, 'begun').filter((begun) => !ending.has(begun)))
      expect(found.get(id)?.[0]).toMatchObject({ mark: 'estimated', picoUsd: 7n, outcome: 'cut' })
    // Besides what was in doubt when it was killed there is nothing.
    expect(found.size).toBeLessThanOrEqual(idsSaid(writer.said, 'begin').length + 1)
    expect(readdirSync(join(state, 'ledger'))).toEqual(['machine'])
  },
)

test('of a process that lives nothing is taken for cut, and its files stay', async () => {
  const writer = startWriter({ state, name: 'a', count: 20, atOnce: 20 })
  await writer.lines(50)
  const found = await recorded()
  expect([...found.values()].flat().filter(({ mark }) => mark === 'estimated')).toEqual([])
  await writer.done()
  expect(await writer.close()).toBe(0)
  expect((await recorded()).size).toBe(20)
  expect(readdirSync(join(state, 'ledger'))).toEqual(['machine'])
})

test('two that write at once both have everything in the ledger', async () => {
  const writers = ['a', 'b'].map((name) => startWriter({ state, name, count: 3000, atOnce: 3 }))
  await Promise.all(writers.map(async (writer) => await writer.done()))
  expect(await Promise.all(writers.map(async (writer) => await writer.close()))).toEqual([0, 0])
  const found = await recorded()
  expect(found.size).toBe(6000)
  for (const [entry] of found.values()) expect(entry?.mark).toBe('final')
})

test('three that recover what a fourth left behind add nothing twice', async () => {
  const writer = startWriter({ state, name: 'a', count: null, atOnce: 5 })
  await writer.lines(5000)
  await writer.kill()
  const script = ledgerScript()
  const threads = [1, 2, 3].map(() => openLedgerImport({ state, url: null, script }))
  await Promise.all(threads.map(async (thread) => await thread.close()))
  expect(readdirSync(join(state, 'ledger'))).toEqual(['machine'])
  const found = await recorded()
  expect(found.size).toBeGreaterThanOrEqual(idsSaid(writer.said, 'begun').length)
  for (const entries of found.values()) expect(entries).toHaveLength(1)
})

test('nobody else can read any of it', async () => {
  const writer = startWriter({ state, name: 'a', count: 10, atOnce: 1 })
  await writer.done()
  for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' }))
    expect([name, statSync(join(state, name)).mode & 0o077]).toEqual([name, 0])
  await writer.close()
})

import { expect, test } from 'vitest'
import { openDims } from '../../../src/adapters/ledger/dims.ts'
import { lease, LEASE_MS } from '../../../src/adapters/ledger/leases.ts'
import { migrate } from '../../../src/adapters/ledger/schema.ts'
import { openSqlite } from '../../../src/adapters/ledger/sqlite.ts'
import { putEntries } from '../../../src/adapters/ledger/put.ts'
import type { LimitOn } from '../../../src/domain/ledger/limits.ts'
import { newEntry } from '../../../src/domain/ledger/merge.ts'
import { ended } from '../../support/attempts.ts'

const LIMIT: LimitOn = { scope: 'session', name: 'budget', limit: { picoUsd: 100n, per: 'day' } }

test('what was lent and is not asked for again is lent to others, once it is over', async () => {
  let nowMs = 0
  const database = { ...openSqlite(':memory:', 4000), nowMs: async () => nowMs }
  await migrate(database, 'memory')
  const dims = openDims(database)
  const ask = async (machine: string, wantedPicoUsd: bigint) => {
    const period = { sinceMs: 0, untilMs: 86_400_000 }
    const request = { on: LIMIT, period, machine, usedPicoUsd: 0n, wantedPicoUsd }
    return (await lease(database, dims, request)).grantedPicoUsd
  }
  expect(await ask('a', 80n)).toBe(80n)
  expect(await ask('b', 80n)).toBe(20n)
  nowMs = LEASE_MS - 1
  expect(await ask('b', 80n)).toBe(20n)
  nowMs = LEASE_MS
  expect(await ask('b', 80n)).toBe(80n)
  expect(await ask('a', 80n)).toBe(20n)
  await database.close()
})

test('gateways whose days begin at other hours are not lent the same money', async () => {
  const HOUR_MS = 3_600_000
  let nowMs = 0
  const database = { ...openSqlite(':memory:', 4000), nowMs: async () => nowMs }
  await migrate(database, 'memory')
  const dims = openDims(database)
  const ask = async (machine: string, fromHour: number) => {
    const sinceMs = fromHour * HOUR_MS
    const period = { sinceMs, untilMs: sinceMs + 24 * HOUR_MS }
    const request = { on: LIMIT, period, machine, usedPicoUsd: 0n, wantedPicoUsd: 80n }
    return (await lease(database, dims, request)).grantedPicoUsd
  }
  nowMs = 10 * HOUR_MS
  expect(await ask('berlin', 0)).toBe(80n)
  expect(await ask('new york', 6)).toBe(20n)
  // Before the other's day began; the rest of the lease may still be spent in it.
  const before = ended('a', { startedAtMs: 3 * HOUR_MS, picoUsd: 50n })
  await putEntries(database, dims, [newEntry(before, 'berlin')])
  expect(await ask('new york', 6)).toBe(70n)
  nowMs = 24 * HOUR_MS
  expect(await ask('new york', 6)).toBe(80n)
  expect(await ask('berlin', 24)).toBe(20n)
  // Whose day is over has nothing of the next one.
  nowMs = 30 * HOUR_MS - 1
  expect(await ask('new york', 6)).toBe(80n)
  nowMs = 30 * HOUR_MS
  expect(await ask('new york', 30)).toBe(80n)
  await database.close()
})

import { expect, test } from 'vitest'
import { openDims } from '../../../src/adapters/ledger/dims.ts'
import { lease, LEASE_MS } from '../../../src/adapters/ledger/leases.ts'
import { migrate } from '../../../src/adapters/ledger/schema.ts'
import { openSqlite } from '../../../src/adapters/ledger/sqlite.ts'
import type { LimitOn } from '../../../src/domain/ledger/limits.ts'

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

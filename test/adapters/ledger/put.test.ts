import { expect, test } from 'vitest'
import type { Database } from '../../../src/adapters/ledger/database.ts'
import { openDims } from '../../../src/adapters/ledger/dims.ts'
import { putEntries } from '../../../src/adapters/ledger/put.ts'
import { migrate } from '../../../src/adapters/ledger/schema.ts'
import { openSqlite } from '../../../src/adapters/ledger/sqlite.ts'
import { ended, NOON_MS } from '../../support/attempts.ts'

test('what comes later is put with the very statements that are kept prepared', async () => {
  const database = openSqlite(':memory:', 1000)
  await migrate(database, 'in memory')
  const texts = new Set<string>()
  const noted = noting(database, texts)
  const dims = openDims(noted)
  const put = async (id: string, startedAtMs: number) =>
    await putEntries(noted, dims, [
      { ...ended(id, { startedAtMs, answerId: `msg_${id}` }), machine: 'laptop', twin: null },
    ])
  expect(await put('request-1', NOON_MS)).toMatchObject({ added: 1 })
  const first = [...texts]
  expect(first.some((text) => text.includes('signature in'))).toBe(true)
  expect(await put('request-2', NOON_MS + 90_000)).toMatchObject({ added: 1 })
  expect([...texts]).toEqual(first)
  await database.close()
})

function noting(database: Database, texts: Set<string>): Database {
  return {
    ...database,
    all: async (sql, values) => {
      texts.add(sql)
      return await database.all(sql, values)
    },
    run: async (sql, values) => {
      texts.add(sql)
      await database.run(sql, values)
    },
  }
}

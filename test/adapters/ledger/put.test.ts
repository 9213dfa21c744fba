import { expect, test } from 'vitest'
import type { Database } from '../../../src/adapters/ledger/database.ts'
import { openDims } from '../../../src/adapters/ledger/dims.ts'
import { putEntries } from '../../../src/adapters/ledger/put.ts'
import { migrate } from '../../../src/adapters/ledger/schema.ts'
import { openSqlite } from '../../../src/adapters/ledger/sqlite.ts'
import type { Attempt } from '../../../src/domain/ledger/attempt.ts'
import { ended, nameless, NOON_MS, usage } from '../../support/attempts.ts'

test('what comes later is put with the very statements that are kept prepared', async () => {
  const database = openSqlite(':memory:', 1000)
  await migrate(database, 'in memory')
  const texts = new Set<string>()
  const noted = noting(database, texts)
  const dims = openDims(noted)
  const put = async (attempt: Attempt) =>
    await putEntries(noted, dims, [{ ...attempt, machine: 'laptop', twin: null }])
  // Of the gateway and of a log, each of which is looked for among the other's.
  const both = async (name: string, startedAtMs: number) => {
    expect(await put(nameless(`line-${name}`, { startedAtMs }))).toMatchObject({ added: 1 })
    expect(await put(ended(name, { startedAtMs, usage: usage(3, 4) }))).toMatchObject({ added: 1 })
  }
  await both('1', NOON_MS)
  await both('2', NOON_MS + 90_000)
  const first = [...texts]
  expect(first.filter((text) => text.includes('signature in'))).toHaveLength(2)
  await both('3', NOON_MS + 200_000)
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

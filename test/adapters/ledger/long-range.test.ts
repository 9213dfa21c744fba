import { expect, test } from 'vitest'
import { openDims } from '../../../src/adapters/ledger/dims.ts'
import { putEntries } from '../../../src/adapters/ledger/put.ts'
import { readSpent } from '../../../src/adapters/ledger/read-spent.ts'
import { migrate } from '../../../src/adapters/ledger/schema.ts'
import { openSqlite } from '../../../src/adapters/ledger/sqlite.ts'
import { ended, kept, NOON_MS } from '../../support/attempts.ts'

const HOUR_MS = 3_600_000

test.each(['hour', 'day'] as const)(
  'a range far longer than the ledger is read in a few statements, by the %s',
  async (per) => {
    const sqlite = openSqlite(':memory:', 1000)
    let statements = 0
    const counted = {
      ...sqlite,
      all: async (...given: Parameters<typeof sqlite.all>) => {
        statements += 1
        return await sqlite.all(...given)
      },
    }
    await migrate(sqlite, 'memory')
    const dims = openDims(sqlite)
    // On both sides of a change of the clocks, and of midnight there and in UTC.
    const changeMs = Date.UTC(2026, 9, 25, 1)
    const times = [-26, -3, -1, 0, 1, 21.75, 22.25, 23].map((hours) => changeMs + hours * HOUR_MS)
    const entries = [...times, NOON_MS].map((startedAtMs, i) =>
      kept(ended(`a${i}`, { startedAtMs })),
    )
    await putEntries(sqlite, dims, entries)
    const query = { where: {}, per, timeZone: 'Europe/Berlin' } as const
    const whole = await readSpent(sqlite, dims, { ...query, range: null })
    const range = { sinceMs: Date.UTC(1970, 0), untilMs: Date.UTC(9999, 0) }
    expect(await readSpent(counted, dims, { ...query, range })).toEqual(whole)
    expect(whole.map(({ period }) => period)).toHaveLength(per === 'hour' ? 8 : 4)
    expect(statements).toBeLessThan(20)
    const before = { sinceMs: 0, untilMs: Date.UTC(2020, 0) }
    expect(await readSpent(sqlite, dims, { ...query, range: before })).toEqual([])
    const part = { sinceMs: changeMs, untilMs: changeMs + 2 * HOUR_MS }
    const some = await readSpent(sqlite, dims, { ...query, range: part })
    expect(some.reduce((sum, { totals }) => sum + totals.attempts, 0)).toBe(2)
    await sqlite.close()
  },
)

import pg from 'pg'
import { expect, test } from 'vitest'
import { storeProblem } from '../../../src/adapters/ledger/store-problem.ts'
import { postgresOfFile } from '../../support/postgres.ts'

const postgres = postgresOfFile()

test('of a lock in PostgreSQL that was waited for too long it is said what to do', async () => {
  const url = await postgres.database()
  const [holder, waiter] = [0, 1].map(() => new pg.Client({ connectionString: url }))
  await holder?.connect()
  await holder?.query('select pg_advisory_lock(1)')
  await waiter?.connect()
  await waiter?.query(`set lock_timeout = '10ms'`)
  const cause = await waiter?.query('select pg_advisory_lock(1)').catch((error: unknown) => error)
  await waiter?.end()
  await holder?.end()
  const { message, hint } = storeProblem(cause, { url })
  expect(message).toMatch(/^the ledger in PostgreSQL at .* is locked by another program$/)
  expect(hint).toContain('try again')
})

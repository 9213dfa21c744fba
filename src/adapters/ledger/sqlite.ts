import { chmodSync, closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import { makeFolder } from '../make-folder.ts'
import { within, type Database, type Row, type Value } from './database.ts'

/** Another process holds the lock for a batch at most. */
const BUSY_TIMEOUT_MS = 3000
const MAX_STATEMENTS = 200

/** `:memory:`, or a file that is made where there is none. */
export function openSqlite(path: string, cacheKb: number): Database {
  if (path !== ':memory:') makePrivate(path)
  const connection = new Libsql(path, { timeout: BUSY_TIMEOUT_MS })
  // What is committed survives the process; of what a power cut takes the file stays sound.
  connection.exec('pragma synchronous = normal')
  connection.exec(`pragma cache_size = -${cacheKb}`)
  const statements = new Map<string, Libsql.Statement>()
  const prepared = (sql: string) => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      if (statements.size >= MAX_STATEMENTS) statements.clear()
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const run = async (sql: string, values: readonly Value[] = []) => {
    prepared(sql).run(values)
  }
  const rollBack = async () => {
    if (connection.inTransaction) connection.exec('rollback')
  }
  return {
    engine: 'sqlite',
    // Raw rows hold what SQLite's integers, texts and nulls are read as.
    all: async (sql, values = []) => rawly(prepared(sql)).all(values) as Row[],
    run,
    transaction: async (work) => await within({ run, begin: 'begin immediate', rollBack }, work),
    snapshot: async (work) => await within({ run, begin: 'begin', rollBack }, work),
    nowMs: async () => Date.now(),
    close: async () => {
      connection.close()
    },
  }
}

function rawly(statement: Libsql.Statement): Libsql.Statement {
  // The types leave it out.
  return (statement as Libsql.Statement & { raw(): Libsql.Statement }).raw()
}

/** SQLite gives its other files the mode of the first. */
function makePrivate(path: string): void {
  makeFolder(dirname(path))
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

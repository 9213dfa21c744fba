import pg from 'pg'
import pgpass from 'pgpass'
import { LlmselError } from '../../domain/errors.ts'
import { within, type Database, type Row, type Value } from './database.ts'

const CONNECT_TIMEOUT_MS = 5000
const QUERY_TIMEOUT_MS = 60_000
const INT8 = 20
const NUMERIC = 1700

/** One writer at a time, as with SQLite; also keeps two that start from making the tables twice. */
const LOCK = 'select pg_advisory_xact_lock(474747)'
const SESSION = `set lock_timeout = '10s';
set idle_in_transaction_session_timeout = '30s';
set search_path to llmsel`

/** Tables in a schema of their own. @throws what the server or the network says. */
export async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'llmsel',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  })
  // Neither in the URL nor in PGPASSWORD. pg would look by itself, but warns that it will do so no more.
  if (client.password === null) Object.assign(client, { password: passwordFromFile })
  // A lost connection fails the next query as well, and that one is heard.
  client.on('error', () => {})
  const all = async (sql: string, values: readonly Value[] = []) => {
    const text = numbered(sql)
    const { rows } = await client.query<Value[]>({ text, values: [...values], rowMode: 'array' })
    return rows as readonly Row[] as Row[]
  }
  const run = async (sql: string, values: readonly Value[] = []) => {
    await client.query(numbered(sql), [...values])
  }
  const rollBack = async () => await run('rollback').catch(() => {})
  try {
    await client.connect()
    if ((await all(`select 1 from pg_namespace where nspname = 'llmsel'`)).length === 0)
      await run('create schema if not exists llmsel')
    await client.query(SESSION)
  } catch (cause) {
    await client.end().catch(() => {})
    throw cause
  }
  return {
    engine: 'postgres',
    all,
    run,
    transaction: async (work) =>
      await within({ run, begin: 'begin', rollBack }, async () => {
        await run(LOCK)
        return await work()
      }),
    snapshot: async (work) => {
      const begin = 'begin isolation level repeatable read read only'
      return await within({ run, begin, rollBack }, work)
    },
    nowMs: async () => {
      const [[ms] = []] = await all('select floor(extract(epoch from clock_timestamp()) * 1000)')
      return Number(ms)
    },
    close: async () => {
      await client.end()
    },
  }
}

/** Called only by a server that asks for one. @throws LlmselError `io` where there is none. */
async function passwordFromFile(to: Parameters<typeof pgpass>[0]): Promise<string> {
  const password = await new Promise<string | undefined>((resolve) => pgpass(to, resolve))
  if (password !== undefined) return password
  const { host, port, database, user } = to
  throw new LlmselError('io', `PostgreSQL at ${host} asks for the password of ${user}`, {
    hint: `put it into ~/.pgpass, with mode 0600: ${host}:${port}:${database}:${user}:PASSWORD`,
  })
}

/** Counts are below 2^53; amounts of money are read as text. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8 || oid === NUMERIC) return Number
  // pg's types ask for a literal where it takes either.
  return pg.types.getTypeParser(oid, format as 'text')
}

const texts = new Map<string, string>()

function numbered(sql: string): string {
  let text = texts.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql.replaceAll(/\?(\d*)/g, (_, digits: string) => {
      const number = digits === '' ? count + 1 : Number(digits)
      count = Math.max(count, number)
      return `$${number}`
    })
    if (texts.size >= 200) texts.clear()
    texts.set(sql, text)
  }
  return text
}

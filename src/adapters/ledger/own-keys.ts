import { GATEWAY } from '../../domain/ledger/attempt.ts'
import type { Entry } from '../../domain/ledger/merge.ts'
import type { Database } from './database.ts'
import { readMeta, writeMeta } from './schema.ts'

/**
 * By which an imported attempt finds the gateway's own of the same request: the id of the answer, or
 * what was counted. Both lie at random, and to keep an index of them with each attempt costs several
 * times as much as all the rest. So they are brought into tables of their own when an import looks.
 */

/** All own entries that began by then are in the tables. */
const UNTIL = 'own-keys-until'
const NONE = -1

/** Within a transaction: own entries were written that an earlier import has passed by. */
export async function noteOwn(database: Database, written: readonly Entry[]): Promise<void> {
  const first = written.reduce(
    (least, { source, startedAtMs }) => (source === GATEWAY ? Math.min(least, startedAtMs) : least),
    Number.MAX_SAFE_INTEGER,
  )
  if (first <= (await untilMs(database))) await writeMeta(database, UNTIL, String(first - 1))
}

/** Within a transaction: once more after many requests, a second for half a million of them. */
export async function catchUp(database: Database): Promise<void> {
  const since = await untilMs(database)
  const [[last] = []] = await database.all('select max(started_at) from attempts')
  const until = Number(last ?? NONE)
  if (until <= since) return
  for (const [table, key, own] of [
    ['own_answers', 'answer_id', 'answer_id <> id'],
    ['own_signatures', 'signature', 'signature > 0'],
  ])
    await database.run(
      `insert into ${table} (${key}, started_at, id)
       select ${key}, started_at, id from attempts
       where started_at > ? and started_at <= ? and ${own} order by ${key}
       on conflict do nothing`,
      [since, until],
    )
  await writeMeta(database, UNTIL, String(until))
}

async function untilMs(database: Database): Promise<number> {
  return Number((await readMeta(database, UNTIL)) ?? NONE)
}

import { LlmselError } from '../../domain/errors.ts'
import type { Database } from './database.ts'

/** Each brings the tables from the version of its place to the next. */
const MIGRATIONS: readonly ((withoutRowid: string) => readonly string[])[] = [
  (withoutRowid) => [
    `create table dims (
      id bigint primary key, provider text not null, model text not null, source text not null,
      kind text not null, session text not null, profile text not null, project text not null,
      machine text not null,
      unique (provider, model, source, kind, session, profile, project, machine))`,
    // By time, so that a report's rows lie together.
    `create table attempts (
      started_at bigint not null, id text not null, dims bigint not null, mark text not null,
      outcome text not null, hop bigint not null, moved_by text, request_id text, answer_id text,
      twin text, signature bigint, model_asked text, dialect text, streaming bigint,
      ended_at bigint, first_token_ms bigint, input bigint, cache_read bigint,
      cache_write_5m bigint, cache_write_1h bigint, output bigint, web_searches bigint,
      web_fetches bigint, pico_usd bigint, primary key (started_at, id)) ${withoutRowid}`,
    `create unique index attempts_id on attempts (id)`,
    `create index attempts_answer on attempts (answer_id) where answer_id <> id`,
    `create index attempts_signature on attempts (signature, started_at) where signature is not null`,
    // With all that a report on them needs, since they lie far apart.
    `create index attempts_moved on attempts (
      started_at, id, outcome, moved_by, model_asked, dims, input, cache_read, cache_write_5m,
      cache_write_1h, output, web_searches, web_fetches, pico_usd) where moved_by is not null`,
    `create table rollups (
      span bigint not null, bucket bigint not null, dims bigint not null, mark text not null,
      attempts bigint not null, failed bigint not null, unmetered bigint not null,
      unpriced bigint not null, input bigint not null, cache_read bigint not null,
      cache_write_5m bigint not null, cache_write_1h bigint not null, output bigint not null,
      web_searches bigint not null, web_fetches bigint not null, pico_usd bigint not null,
      primary key (span, bucket, dims, mark)) ${withoutRowid}`,
    `create table places (
      machine text not null, path text not null, place text not null,
      primary key (machine, path)) ${withoutRowid}`,
    `create table leases (
      name text not null, since bigint not null, machine text not null, granted bigint not null,
      renewed_at bigint not null, primary key (name, since, machine))`,
  ],
  // Filled by `own-keys.ts`; to keep them with each attempt cost more than all the rest of it.
  (withoutRowid) => [
    'drop index attempts_answer',
    'drop index attempts_signature',
    `create index attempts_imported on attempts (signature, started_at) where signature < 0`,
    `create table own_answers (
      answer_id text not null, started_at bigint not null, id text not null,
      primary key (answer_id, id)) ${withoutRowid}`,
    `create table own_signatures (
      signature bigint not null, started_at bigint not null, id text not null,
      primary key (signature, started_at, id)) ${withoutRowid}`,
  ],
  // An older gateway that still runs does not say it; a lease lasts for minutes.
  () => [`alter table leases add column until bigint not null default ${Number.MAX_SAFE_INTEGER}`],
  // Few have one, and only an import writes it.
  () => [`create index attempts_twin on attempts (twin) where twin is not null`],
]

/**
 * Makes the tables, or brings older ones to today's shape.
 * @throws LlmselError `conflict` for those of a newer version, which stay as they are.
 */
export async function migrate(database: Database, place: string): Promise<void> {
  if ((await versionOf(database, place)) === MIGRATIONS.length) return
  if (database.engine === 'sqlite') await database.all('pragma journal_mode = wal')
  await database.transaction(async () => {
    const version = await versionOf(database, place)
    if (version === 0) await database.run('create table meta (name text primary key, value text)')
    for (const statements of MIGRATIONS.slice(version)) {
      const withoutRowid = database.engine === 'sqlite' ? 'without rowid' : ''
      for (const sql of statements(withoutRowid)) await database.run(sql)
    }
    await writeMeta(database, 'version', String(MIGRATIONS.length))
  })
}

async function versionOf(database: Database, place: string): Promise<number> {
  const tables =
    database.engine === 'sqlite'
      ? `select 1 from sqlite_master where type = 'table' and name = 'meta'`
      : `select 1 from pg_tables where schemaname = 'llmsel' and tablename = 'meta'`
  if ((await database.all(tables)).length === 0) return 0
  const version = Number(await readMeta(database, 'version'))
  if (version >= 1 && version <= MIGRATIONS.length) return version
  throw new LlmselError('conflict', `the ledger in ${place} is from a newer llmsel`, {
    hint: 'install that version again, or set ledger.url to another place',
  })
}

export async function readMeta(database: Database, name: string): Promise<string | null> {
  const [[value] = []] = await database.all('select value from meta where name = ?', [name])
  return typeof value === 'string' ? value : null
}

export async function writeMeta(database: Database, name: string, value: string): Promise<void> {
  await database.run(
    `insert into meta (name, value) values (?, ?)
     on conflict (name) do update set value = excluded.value`,
    [name, value],
  )
}

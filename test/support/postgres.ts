import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { beforeAll } from 'vitest'

/** A server of the suite's own, on a socket in a folder of its own. It asks `secretive` for a password. */
export interface Postgres {
  /** A new empty database. */
  database(): Promise<string>
  stop(): void
  start(): void
}

interface Started extends Postgres {
  /** Stops it and removes its files. */
  remove(): void
}

/** One for all tests of the file that calls it. */
export function postgresOfFile(): Postgres {
  let started: Started
  beforeAll(() => {
    started = startPostgres()
    return () => started.remove()
  })
  return {
    database: async () => await started.database(),
    stop: () => started.stop(),
    start: () => started.start(),
  }
}

function startPostgres(): Started {
  const bin = programs()
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-pg-'))
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const sockets = join(folder, 's')
  mkdirSync(sockets)
  chmodSync(sockets, 0o777)
  mkdirSync(data)
  // The server refuses to run as root.
  if (process.getuid?.() === 0) run(['chown', 'postgres:', data])
  const { uid, gid } = statSync(data)
  const pgCtl = (...words: readonly string[]) =>
    run([join(bin, 'pg_ctl'), '-D', data, '-w', '-s', ...words], { uid, gid })
  run([join(bin, 'initdb'), '-D', data, '-U', 'me', '-A', 'trust', '-N', '-E', 'UTF8'], {
    uid,
    gid,
  })
  // First, since the first line that fits decides.
  const access = join(data, 'pg_hba.conf')
  writeFileSync(access, `local all secretive scram-sha-256\n${readFileSync(access, 'utf8')}`)
  const options = `-k ${sockets} -c listen_addresses= -c fsync=off -c max_connections=30`
  const start = () => pgCtl('start', '-l', join(data, 'log'), '-o', options)
  start()
  const url = (name: string) => `postgresql:///${name}?host=${sockets}&user=me`
  return {
    database: async () => {
      const name = `test_${randomBytes(4).toString('hex')}`
      const client = new pg.Client({ connectionString: url('postgres') })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return url(name)
    },
    stop: () => pgCtl('stop', '-m', 'immediate'),
    start,
    remove: () => {
      if (existsSync(join(data, 'postmaster.pid'))) pgCtl('stop', '-m', 'immediate')
      rmSync(folder, { recursive: true })
    },
  }
}

/** Debian keeps them off the PATH. */
function programs(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .concat(versions.map((version) => join(debian, version, 'bin')))
  const found = folders.find((folder) => existsSync(join(folder, 'pg_ctl')))
  if (found === undefined)
    throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  return found
}

function run(
  [command = '', ...words]: readonly string[],
  as: { readonly uid?: number; readonly gid?: number } = {},
): void {
  const { status, stderr, error } = spawnSync(command, words, {
    ...as,
    encoding: 'utf8',
    cwd: '/',
    // A server that goes on would hold pipes open.
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`)
}

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { LlmselError } from '../../domain/errors.ts'
import { makeFolder } from '../make-folder.ts'

/** Where the ledger is: a file, or a PostgreSQL server. */
export type StorePlace = { readonly path: string } | { readonly url: string }

/** @throws LlmselError `usage` for a URL that is not one of PostgreSQL. */
export function placeOf(state: string, url: string | null): StorePlace {
  if (url === null) return { path: join(state, 'ledger.db') }
  if (/^postgres(?:ql)?:\/\//.test(url)) return { url }
  throw new LlmselError('usage', 'ledger.url is not the URL of a PostgreSQL database', {
    hint: 'write postgresql://user@host/database, and the password in ~/.pgpass',
  })
}

export function journalFolder(state: string): string {
  return join(state, 'ledger')
}

/** The host's name and four letters that are this state folder's own: hosts may be named alike. */
export function machineName(folder: string): string {
  const path = join(folder, 'machine')
  try {
    makeFolder(folder)
    writeFileSync(path, `${hostname()}-${randomBytes(2).toString('hex')}\n`, {
      mode: 0o600,
      flag: 'wx',
    })
  } catch {
    // It is there, or cannot be made.
  }
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return hostname()
  }
}

import { randomBytes } from 'node:crypto'
import { fstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLlmselError, LlmselError, reasonOf } from '../domain/errors.ts'
import { isObject } from '../domain/json.ts'
import { PROVIDERS, type Provider } from '../domain/models/model.ts'
import type { KeyStore, StoredKey } from '../ports.ts'
import { required } from './folders.ts'
import { makeFolder } from './make-folder.ts'
import { withOpenFile } from './open-file.ts'

/** `keys.json` beside the config: read only where nobody else can read it. */
export function openKeyFile(folder: string | null): KeyStore {
  const path = () => join(required(folder, 'XDG_CONFIG_HOME'), 'keys.json')
  return {
    get path() {
      return path()
    },
    read: () => (folder === null ? {} : read(path())),
    set: (provider, key) => {
      const stored = { ...read(path()), [provider]: key }
      write(path(), stored)
    },
    remove: (provider) => {
      const { [provider]: removed, ...rest } = read(path())
      if (removed === undefined) return false
      write(path(), rest)
      return true
    },
  }
}

type Stored = Partial<Record<Provider, StoredKey>>

function read(path: string): Stored {
  try {
    return withOpenFile(path, (handle) => readPrivate(path, handle)) ?? {}
  } catch (cause) {
    if (isLlmselError(cause)) throw cause
    // What JSON.parse says would quote the file.
    const reason = cause instanceof SyntaxError ? 'it is no JSON' : reasonOf(cause)
    throw new LlmselError('io', `cannot read ${path}: ${reason}`)
  }
}

function readPrivate(path: string, handle: number): Stored {
  const stats = fstatSync(handle)
  if (!stats.isFile()) throw new Error('it is no regular file')
  if ((stats.mode & 0o077) !== 0) {
    throw new LlmselError('io', `${path} can be read by others, so it is not used`, {
      hint: `run: chmod 600 ${path}`,
    })
  }
  return parse(JSON.parse(readFileSync(handle, 'utf8')))
}

function parse(value: unknown): Stored {
  if (!isObject(value)) throw new Error('it holds no JSON object')
  const stored: Stored = {}
  for (const provider of PROVIDERS) {
    const row = value[provider]
    if (row === undefined || !isObject(row)) continue
    const { key, command } = row
    if (typeof key === 'string') stored[provider] = { kind: 'key', key }
    else if (typeof command === 'string') stored[provider] = { kind: 'command', command }
  }
  return stored
}

function write(path: string, stored: Stored): void {
  const rows = Object.entries(stored).map(([provider, key]) => [
    provider,
    key.kind === 'key' ? { key: key.key } : { command: key.command },
  ])
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    makeFolder(dirname(path))
    writeFileSync(draft, `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    })
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new LlmselError('io', `cannot write ${path}: ${reasonOf(cause)}`, { cause })
  }
}

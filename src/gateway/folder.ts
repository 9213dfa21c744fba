import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { hasCode } from '../adapters/file-errors.ts'
import { makeFolder } from '../adapters/make-folder.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import { isObject, type JsonObject } from '../domain/json.ts'
import type { Secret } from './proof.ts'

/** What the gateway keeps between its starts, in `gateway/` under the state folder. */
export interface GatewayFolder {
  readonly path: string
  readonly logPath: string
  /** Made on first use. @throws LlmselError `io` where others could read it, or it cannot be made. */
  secret(): Secret
  /** Null: there is none, or it is no JSON object. */
  read(name: StateFile): JsonObject | null
  /** Whole or not at all, 0600. @throws what the file system says. */
  write(name: StateFile, value: JsonObject): void
  remove(name: StateFile): void
  /** Of the process that reads letters, in the order in which a shell reads them; none: not known. */
  reader(): readonly string[]
  /** As far as it goes. */
  writeReader(words: readonly string[]): void
}

export type StateFile = 'gateway.json' | 'sessions.json' | 'circuits.json'

const SECRET_BYTES = 32

export function gatewayFolder(state: string): GatewayFolder {
  const path = join(state, 'gateway')
  const reader = join(path, 'reader')
  return {
    path,
    logPath: join(path, 'log'),
    secret: () => secretIn(path),
    read: (name) => readJson(join(path, name)),
    write: (name, value) => replace(join(path, name), `${JSON.stringify(value)}\n`),
    remove: (name) => rmSync(join(path, name), { force: true }),
    reader: () => {
      try {
        return readFileSync(reader, 'utf8').trim().split(' ')
      } catch {
        return []
      }
    },
    writeReader: (words) => {
      try {
        replace(reader, `${words.join(' ')}\n`)
      } catch {
        // What it says may be true no longer.
        rmSync(reader, { force: true })
      }
    },
  }
}

function secretIn(folder: string): Secret {
  const path = join(folder, 'secret')
  const found = privateFile(path)
  if (found !== null) return found
  try {
    makeFolder(folder)
    makeSecret(path)
  } catch (cause) {
    throw new LlmselError('io', `cannot write ${path}: ${reasonOf(cause)}`, { cause })
  }
  const made = privateFile(path)
  if (made !== null) return made
  throw new LlmselError('io', `cannot make ${path}`)
}

function makeSecret(path: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx' })
    // A link is made by one of several that start at once.
    linkSync(draft, path)
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw cause
  } finally {
    rmSync(draft, { force: true })
  }
}

function privateFile(path: string): Secret | null {
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return null
    throw new LlmselError('io', `cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
  try {
    const { mode, uid } = fstatSync(handle)
    const bytes = readFileSync(handle)
    if ((mode & 0o077) === 0 && uid === process.getuid?.() && bytes.length === SECRET_BYTES)
      return bytes
  } finally {
    closeSync(handle)
  }
  throw new LlmselError('io', `${path} is not a secret of yours alone`, {
    hint: `remove it, then: llmsel gateway restart`,
  })
}

function readJson(path: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function replace(path: string, text: string): void {
  const draft = `${path}.${process.pid}`
  try {
    writeFileSync(draft, text, { mode: 0o600 })
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw cause
  }
}

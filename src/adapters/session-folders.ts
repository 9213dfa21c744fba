import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { LlmselError } from '../domain/errors.ts'
import type { TextFile } from '../domain/sessions/rc-files.ts'
import type { ExitRecord, Run, SessionRecord } from '../domain/sessions/session.ts'
import type { SessionFolders } from '../ports.ts'
import { required } from './folders.ts'
import { makeFolder } from './make-folder.ts'

/** A line may be as long as the whole log, so there is an end to looking for its beginning. */
const MAX_TAIL_BYTES = 8 * 1024 * 1024
const CHUNK_BYTES = 64 * 1024
const FOLDER = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9-]+)$/

/** `state` is llmsel's state folder; null: the environment names no home. */
export function sessionFolders(state: string | null): SessionFolders {
  const root = () => join(required(state, 'XDG_STATE_HOME'), 'sessions')
  return {
    newRun: (name) => newRun(root(), name),
    create,
    remove,
    runs: () => (state === null ? [] : runs(root())),
    record: readRecord,
    exit: readExit,
    logTail: (folder, lines) => logTail(join(folder, 'log'), lines),
  }
}

/** The time in UTC, so that the names sort by it; random, so that two at one instant differ. */
function newRun(root: string, name: string): Run {
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '')
  const id = `${time}-${randomBytes(4).toString('hex')}`
  const folder = join(root, `${name}.${id}`)
  // tmux lists the path within one line.
  if (/\p{Cc}/u.test(folder)) {
    const shown = JSON.stringify(root)
    throw new LlmselError('io', `the state folder's path has a control character: ${shown}`)
  }
  return { name, id, folder }
}

function create({ folder }: Run, files: readonly TextFile[]): void {
  try {
    makeFolder(folder)
    for (const { path, text, executable } of files) {
      const target = join(folder, path)
      makeFolder(dirname(target))
      writeFileSync(target, text, { mode: executable ? 0o700 : 0o600, flag: 'wx' })
    }
  } catch (cause) {
    remove(folder)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LlmselError('io', `cannot write the session's files to ${folder}: ${reason}`, {
      cause,
    })
  }
}

/** As far as it goes: what led here is the failure to report. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // A part of the path is no folder, or it is read-only: then it was never made.
  }
}

function runs(root: string): Run[] {
  return entries(root)
    .flatMap((entry) => {
      const [, name, id] = FOLDER.exec(entry) ?? []
      return name === undefined || id === undefined ? [] : [{ name, id, folder: join(root, entry) }]
    })
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Written by llmsel only, so a shape other than its own counts as none. */
function readRecord(folder: string): SessionRecord | null {
  try {
    const data: SessionRecord = JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8'))
    return data.version === 1 ? data : null
  } catch {
    return null
  }
}

function readExit(folder: string): ExitRecord | null {
  try {
    const [, code, at] = /^(\d+) (\d+)\n$/.exec(readFileSync(join(folder, 'exit'), 'utf8')) ?? []
    return code === undefined || at === undefined ? null : { code: Number(code), at: Number(at) }
  } catch {
    return null
  }
}

function logTail(path: string, lines: number): string | null {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    return readTail(file, lines)
  } finally {
    closeSync(file)
  }
}

/** Backwards in chunks until there are enough lines; the first one may be cut. */
function readTail(file: number, lines: number): string {
  const chunks: Buffer[] = []
  let newlines = 0
  let position = fstatSync(file).size
  const stop = Math.max(0, position - MAX_TAIL_BYTES)
  while (position > stop && newlines <= lines) {
    const size = Math.min(CHUNK_BYTES, position - stop)
    position -= size
    const chunk = Buffer.alloc(size)
    readSync(file, chunk, 0, size, position)
    for (const byte of chunk) if (byte === 0x0a) newlines++
    chunks.unshift(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import { isoTime } from '../domain/models/dates.ts'
import type { TextFile } from '../domain/sessions/rc-files.ts'
import type { Run, SessionRecord } from '../domain/sessions/session.ts'
import type { ServerNote } from '../domain/sessions/restorable.ts'
import { hasControls } from '../domain/sessions/tmux-text.ts'
import type { SessionFolders } from '../ports.ts'
import { hasCode } from './file-errors.ts'
import { required } from './folders.ts'
import { makeFolder } from './make-folder.ts'
import { openLog } from './session-log.ts'

/** Longer than any change takes; a claim that outlives its process is over then. */
const HOLD_MS = 15_000
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
    clearExit: (folder) => {
      for (const name of ['exit', 'log.end']) rmSync(join(folder, name), { force: true })
    },
    isLogged: (folder) => existsSync(join(folder, 'log.end')),
    rewrite,
    hold,
    release: (folder) => rmSync(join(folder, 'held'), { force: true }),
    isHeld,
    markEnded,
    hasEnded: (folder) => ['exit', 'ended'].some((name) => existsSync(join(folder, name))),
    server: readServer,
    lastOutput,
    openLog,
  }
}

/** The time in UTC, so that the names sort by it; two processes at one instant differ in the rest. */
function newRun(root: string, name: string): Run {
  const time = isoTime(new Date()).replaceAll(/[-:.]/g, '')
  const id = `${time}-${process.pid.toString(36)}${process.hrtime.bigint().toString(36)}`
  const folder = join(root, `${name}.${id}`)
  // tmux lists the path within one line.
  if (hasControls(folder)) {
    const shown = JSON.stringify(root)
    throw new LlmselError('io', `the state folder's path has a control character: ${shown}`)
  }
  return { name, id, folder }
}

function create({ folder }: Run, files: readonly TextFile[]): void {
  try {
    makeFolder(folder)
    const made = new Set([folder])
    for (const { path, text } of files) {
      const target = join(folder, path)
      const parent = dirname(target)
      if (!made.has(parent)) makeFolder(parent)
      made.add(parent)
      writeFileSync(target, text, { mode: 0o600, flag: 'wx' })
    }
  } catch (cause) {
    remove(folder)
    const reason = reasonOf(cause)
    throw new LlmselError('io', `cannot write the session's files to ${folder}: ${reason}`, {
      cause,
    })
  }
}

/** As far as it goes: what led here is the failure to report. */
function remove(folder: string): void {
  try {
    // By its name nobody writes there any more.
    const gone = `${folder}.gone`
    renameSync(folder, gone)
    removeWhole(gone, REMOVALS)
  } catch {
    // A part of the path is no folder, or it is read-only: then it was never made.
  }
}

/** Processes of the session that just end may write in it for a moment. */
const REMOVALS = 20
const PAUSE_MS = 10

function removeWhole(folder: string, times: number): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (cause) {
    if (times === 1 || !hasCode(cause, 'ENOTEMPTY')) throw cause
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    removeWhole(folder, times - 1)
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

function readExit(folder: string): number | null {
  try {
    // Without its newline it is still being written, or the disk was full.
    const [, code] = /^(\d+)\n$/.exec(readFileSync(join(folder, 'exit'), 'utf8')) ?? []
    return code === undefined ? null : Number(code)
  } catch {
    return null
  }
}

/** Noted by the session's logger. */
function readServer(folder: string): ServerNote | null {
  try {
    const path = join(folder, 'server')
    const pid = Number(readFileSync(path, 'utf8'))
    return pid > 0 ? { pid, notedAt: statSync(path).mtime } : null
  } catch {
    return null
  }
}

/** All are written before the first takes its place, so that a full disk changes none. */
function rewrite(folder: string, files: readonly TextFile[]): void {
  const drafts = files.map(({ path }) => join(folder, `${path}.new`))
  try {
    for (const [index, { path, text }] of files.entries()) {
      makeFolder(dirname(join(folder, path)))
      writeFileSync(drafts[index] ?? '', text, { mode: 0o600 })
    }
    for (const draft of drafts) renameSync(draft, draft.slice(0, -'.new'.length))
  } catch (cause) {
    for (const draft of drafts) remove(draft)
    const reason = reasonOf(cause)
    throw new LlmselError('io', `cannot write the session's files in ${folder}: ${reason}`, {
      cause,
    })
  }
}

function hold(folder: string): boolean {
  const path = join(folder, 'held')
  if (!isHeld(folder)) rmSync(path, { force: true })
  try {
    // No two are alike: a wrapper asks whether a claim is the one that has started it.
    const claim = `${process.pid}-${process.hrtime.bigint()}\n`
    writeFileSync(path, claim, { mode: 0o600, flag: 'wx' })
    return true
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false
    const reason = reasonOf(cause)
    throw new LlmselError('io', `cannot write to ${folder}: ${reason}`, { cause })
  }
}

function isHeld(folder: string): boolean {
  const stat = statSync(join(folder, 'held'), { throwIfNoEntry: false })
  return stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) < HOLD_MS
}

/** As far as it goes: only a listing of what is gone needs it. */
function markEnded(folder: string): void {
  try {
    writeFileSync(join(folder, 'ended'), '', { mode: 0o600 })
  } catch {
    // The folder was removed, or the disk is full.
  }
}

function lastOutput(folder: string): Date | null {
  const stat = statSync(`${folder}/log`, { throwIfNoEntry: false })
  if (stat !== undefined && stat.size > 0) return stat.mtime
  // It was just begun anew.
  return statSync(`${folder}/log.1`, { throwIfNoEntry: false })?.mtime ?? null
}

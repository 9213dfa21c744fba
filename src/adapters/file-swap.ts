import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { isLlmselError, LlmselError, reasonOf } from '../domain/errors.ts'

interface Attributes {
  readonly mode: number
  /** Null: that of this process. */
  readonly owner: { readonly uid: number; readonly gid: number } | null
}

export interface FoundFile extends Attributes {
  /** What a link leads to. */
  readonly target: string
  readonly isLink: boolean
  readonly bytes: Buffer
}

/** One file's change. Null bytes: there is to be no file. */
export interface Swap {
  readonly path: string
  readonly found: FoundFile | null
  readonly after: Buffer | null
  /** Where the present file is to be copied first. */
  readonly backup: string | null
  /** Of a file that is made. */
  readonly mode: number
  /** What a person can do where llmsel cannot. */
  readonly hint: string
}

type Place = Pick<Swap, 'path' | 'hint'>

/** @throws LlmselError `io` where something other than a readable file stands. */
export function findFile(place: Place): FoundFile | null {
  const { path, hint } = place
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false })
    if (entry === undefined) return null
    const target = realpathSync(path)
    const isLink = entry.isSymbolicLink()
    const stat = statSync(target)
    // To open a FIFO would be to wait.
    if (!stat.isFile()) {
      const what = stat.isDirectory() ? 'a folder' : 'something else'
      throw new LlmselError('io', `${path} should be a file and is ${what}`, { hint })
    }
    const { mode, uid, gid } = stat
    return { target, isLink, bytes: readFileSync(target), mode: mode & 0o7777, owner: { uid, gid } }
  } catch (cause) {
    throw failure('read', place, cause)
  }
}

/** The folders above a path that are missing, from the top down. */
export function missingFolders(path: string): string[] {
  const folder = dirname(path)
  if (folder === path || lstatSync(folder, { throwIfNoEntry: false }) !== undefined) return []
  return [...missingFolders(folder), folder]
}

/**
 * All or none: each file is written beside its place, with the present one's mode and owner, and
 * only when every one is there are they renamed over the present ones, through links.
 * @throws LlmselError `io`; then everything is as it was.
 */
export function swapFiles(swaps: readonly Swap[]): void {
  for (const swap of swaps) checkWritable(swap)
  const undo: (() => void)[] = []
  try {
    const drafts = swaps.map((swap) => attempt(swap, () => draft(swap, undo)))
    for (const [index, swap] of swaps.entries()) {
      attempt(swap, () => commit(swap, drafts[index] ?? null, undo))
    }
  } catch (cause) {
    for (const step of undo.toReversed()) bestEffort(step)
    throw cause
  }
}

/** Removes those that are empty, from the bottom up. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders.toSorted((a, b) => b.length - a.length)) {
    bestEffort(() => rmdirSync(folder))
  }
}

/** A file or folder that nobody may write is meant so, even where the superuser could. */
function checkWritable(swap: Swap): void {
  const { path, found, backup } = swap
  attempt(swap, () => {
    if (found !== null) mustBeWritable(found.target)
    const [missing] = missingFolders(path)
    mustBeWritable(dirname(missing ?? found?.target ?? path))
    if (backup !== null) mustBeWritable(dirname(backup))
  })
}

function mustBeWritable(path: string): void {
  if ((statSync(path).mode & 0o222) === 0) throw new Error(`${path} is read-only`)
  accessSync(path, constants.W_OK)
}

/** The path of the new file; null where there is to be none. */
function draft(swap: Swap, undo: (() => void)[]): string | null {
  const { path, found, after, backup, mode } = swap
  for (const folder of missingFolders(path)) {
    mkdirSync(folder, { mode: 0o700 })
    undo.push(() => rmdirSync(folder))
  }
  if (found !== null && backup !== null) {
    writeNew(backup, found.bytes, found)
    undo.push(() => rmSync(backup))
  }
  if (after === null) return null
  const name = `${found?.target ?? path}.llmsel-${randomBytes(6).toString('hex')}.tmp`
  writeNew(name, after, found ?? { mode, owner: null })
  undo.push(() => rmSync(name, { force: true }))
  return name
}

function commit({ path, found, after }: Swap, name: string | null, undo: (() => void)[]): void {
  const target = found?.target ?? path
  if (after === null || name === null) rmSync(path)
  else renameSync(name, target)
  undo.push(() => {
    rmSync(target, { force: true })
    if (found !== null) writeNew(target, found.bytes, found)
  })
}

/** On the disk before it takes the place of another. */
function writeNew(path: string, bytes: Buffer, { mode, owner }: Attributes): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeFileSync(file, bytes)
    const { uid, gid } = fstatSync(file)
    if (owner !== null && (owner.uid !== uid || owner.gid !== gid)) {
      fchownSync(file, owner.uid, owner.gid)
    }
    fchmodSync(file, mode)
    fsyncSync(file)
  } catch (cause) {
    rmSync(path)
    throw cause
  } finally {
    closeSync(file)
  }
}

function attempt<T>(place: Place, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw failure('write', place, cause)
  }
}

function failure(verb: string, { path, hint }: Place, cause: unknown): LlmselError {
  if (isLlmselError(cause)) return cause
  const reason = reasonOf(cause)
  return new LlmselError('io', `cannot ${verb} ${path}: ${reason}`, { hint, cause })
}

function bestEffort(step: () => void): void {
  try {
    step()
  } catch {
    // What led here is the failure to report; a folder in use stays.
  }
}

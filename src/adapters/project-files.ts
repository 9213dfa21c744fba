import { fstatSync, readSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import {
  parseProjectFile,
  PROJECT_FILE,
  PROJECT_FILE_MAX_BYTES,
} from '../domain/profiles/project-file.ts'
import type { FoundProjectFile } from '../ports.ts'
import { withOpenFile } from './open-file.ts'

/** The nearest project file from a folder upward; null: there is none. */
export function nearestProjectFile(folder: string): FoundProjectFile | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, PROJECT_FILE)
    const found = read(path)
    if (found !== null) return { path, ...found }
    if (dirname(at) === at) return null
  }
}

type Read = Pick<FoundProjectFile, 'text' | 'refusal'>

function read(path: string): Read | null {
  try {
    return withOpenFile(path, readOwn)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return refused(`it cannot be read (${reason})`)
  }
}

function readOwn(handle: number): Read | null {
  const stats = fstatSync(handle)
  // Of another user: as if it were not there.
  if (stats.uid !== process.getuid?.()) return null
  const refusal = refusalOf(stats)
  if (refusal !== null) return refused(refusal)
  const bytes = Buffer.alloc(stats.size)
  return { text: bytes.toString('utf8', 0, readSync(handle, bytes)), refusal: null }
}

function refused(refusal: string): Read {
  return { text: null, refusal }
}

function refusalOf(stats: Stats): string | null {
  if (!stats.isFile()) return 'it is no regular file'
  if (stats.size > PROJECT_FILE_MAX_BYTES)
    return `it is longer than ${PROJECT_FILE_MAX_BYTES} bytes`
  return null
}

/** @throws LlmselError `conflict` when what stands there is no project file of ours to replace. */
export function writeProjectFile(folder: string, profile: string): string {
  const path = join(folder, PROJECT_FILE)
  const present = read(path)
  const replaceable = present === null || (present.text !== null && isOurs(present.text))
  if (!replaceable) {
    throw new LlmselError('conflict', `${path} holds something else than a profile's name`, {
      hint: 'move it away, then run the command again',
    })
  }
  const draft = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(draft, `${JSON.stringify({ profile })}\n`, { flag: 'wx' })
    renameSync(draft, path)
  } catch (cause) {
    const reason = reasonOf(cause)
    throw new LlmselError('io', `cannot write ${path}: ${reason}`, { cause })
  } finally {
    rmSync(draft, { force: true })
  }
  return path
}

function isOurs(text: string): boolean {
  return parseProjectFile(text).kind === 'profile'
}

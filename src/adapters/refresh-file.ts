import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readRefresh, refreshDocument } from '../domain/config/refresh-document.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import type { Refresh } from '../domain/models/catalogue.ts'
import { readBounded } from './bounded-file.ts'
import { refreshFile } from './folders.ts'
import { makeFolder } from './make-folder.ts'

const MAX_BYTES = 1 << 20

/** Null: nothing was refreshed. */
export function refreshFileAtNs(folder: string): bigint | null {
  try {
    return statSync(refreshFile(folder), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? null
  } catch {
    // Reading it says why.
    return null
  }
}

/** Null: nothing was refreshed. @throws LlmselError `invalid-config` for a damaged file. */
export function readRefreshFile(folder: string): Refresh | null {
  const content = readBounded(refreshFile(folder), MAX_BYTES)
  if (content === null) return null
  return readRefresh(content.kind === 'text' ? jsonOf(content.text) : null)
}

/** Null removes it. */
export function writeRefreshFile(folder: string, refresh: Refresh | null): void {
  const path = refreshFile(folder)
  const draft = `${path}.${process.pid}.tmp`
  try {
    if (refresh === null) rmSync(path, { force: true })
    else {
      makeFolder(folder)
      writeFileSync(draft, `${JSON.stringify(refreshDocument(refresh))}\n`, { mode: 0o600 })
      renameSync(draft, path)
    }
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new LlmselError('io', `cannot write ${path}: ${reasonOf(cause)}`, { cause })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

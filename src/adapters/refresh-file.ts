import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRefresh, refreshDocument } from '../domain/config/refresh-document.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import type { Refresh } from '../domain/models/refresh.ts'
import { readBounded } from './bounded-file.ts'
import { makeFolder } from './make-folder.ts'

const MAX_BYTES = 1 << 20
const NAME = 'refreshed-models.json'

/** Null: nothing was refreshed. @throws LlmselError `invalid-config` for a damaged file. */
export function readRefreshFile(folder: string): Refresh | null {
  const content = readBounded(join(folder, NAME), MAX_BYTES)
  if (content === null) return null
  return readRefresh(content.kind === 'text' ? jsonOf(content.text) : null)
}

/** Null removes it. What was rendered before is removed too. */
export function writeRefreshFile(
  { config, state }: { readonly config: string; readonly state: string | null },
  refresh: Refresh | null,
): void {
  const path = join(config, NAME)
  const draft = `${path}.${process.pid}.tmp`
  try {
    makeFolder(config)
    if (refresh === null) rmSync(path, { force: true })
    else {
      writeFileSync(draft, `${JSON.stringify(refreshDocument(refresh))}\n`, { mode: 0o600 })
      renameSync(draft, path)
    }
    if (state !== null) rmSync(join(state, 'env'), { recursive: true, force: true })
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

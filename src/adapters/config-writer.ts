import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import type { JsonObject } from '../domain/json.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import { hasCode } from './file-errors.ts'
import { makeFolder } from './make-folder.ts'

/** A writer that died leaves its lock; no honest write takes this long. */
const STALE_AFTER_MS = 10_000
const GIVE_UP_AFTER_MS = 12_000

/**
 * Reads, changes and writes `folder/config.json` under a lock, atomically, with mode 0600.
 * @throws LlmselError `io` when the folder cannot be written.
 */
export async function updateConfig(
  folder: string,
  change: (document: JsonObject) => JsonObject,
): Promise<void> {
  const unlock = await lock(folder)
  try {
    const conf = new Conf<Record<string, unknown>>({
      projectName: 'llmsel',
      cwd: folder,
      configName: 'config',
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: false,
      configFileMode: 0o600,
      serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
    })
    // conf types its store by its own generic; what it parsed is a JSON object.
    const before = conf.store as JsonObject
    conf.store = change({ ...before })
  } catch (cause) {
    throw isFileError(cause) ? unwritable(folder, cause) : cause
  } finally {
    unlock()
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function unwritable(folder: string, cause: unknown): LlmselError {
  const reason = reasonOf(cause)
  return new LlmselError('io', `cannot write ${join(folder, 'config.json')}: ${reason}`, { cause })
}

/** A folder is made by one process only; the winner removes it. */
async function lock(folder: string): Promise<() => void> {
  const path = join(folder, 'config.lock')
  const startedAt = Date.now()
  try {
    makeFolder(folder)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
  for (;;) {
    try {
      mkdirSync(path)
      return () => rmdirSync(path)
    } catch (cause) {
      if (!hasCode(cause, 'EEXIST')) throw unwritable(folder, cause)
      removeIfStale(path)
      if (Date.now() - startedAt > GIVE_UP_AFTER_MS) {
        throw new LlmselError('conflict', `another llmsel is writing ${folder}/config.json`, {
          hint: `if none is running, run: rmdir '${path}'`,
        })
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

function removeIfStale(path: string): void {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE_AFTER_MS) rmdirSync(path)
  } catch {
    // Its owner was faster: the next try sees a free lock.
  }
}

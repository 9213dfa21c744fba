import { fstatSync, readFileSync } from 'node:fs'
import { isObject, type JsonObject } from '../domain/json.ts'
import { parseSettings } from '../domain/config/schema.ts'
import { NO_SETTINGS } from '../domain/config/settings.ts'
import { isLlmselError, LlmselError, reasonOf } from '../domain/errors.ts'
import type { ConfigStore } from '../ports.ts'
import { configFile, required } from './folders.ts'
import { withOpenFile } from './open-file.ts'
import { readRefreshFile, refreshFileAtNs } from './refresh-file.ts'

/** Reading goes through our own check; conf, which costs a whole start of Node, is for writing. */
export function openConfigFile(folder: string | null): ConfigStore {
  const path = folder === null ? null : configFile(folder)
  let readAt: bigint | null = null
  let refreshedAt: bigint | null = null
  const document = (): JsonObject => {
    // Before it is read: what changes meanwhile has another time than the one that is told.
    refreshedAt = folder === null ? null : refreshFileAtNs(folder)
    const found = path === null ? null : readDocument(path)
    readAt = found?.changedAtNs ?? null
    return found?.document ?? {}
  }
  return {
    get path() {
      return required(path, 'XDG_CONFIG_HOME')
    },
    document,
    read: () => {
      const found = document()
      const settings =
        readAt === null ? NO_SETTINGS : checked(required(path, 'XDG_CONFIG_HOME'), found)
      const refreshed = folder === null ? null : readRefreshFile(folder)
      return refreshed === null ? settings : { ...settings, refreshed }
    },
    changedAtNs: () => readAt,
    refreshedAtNs: () => refreshedAt,
    update: async (change) => {
      // conf would throw its own error over a file that is not JSON.
      document()
      const { updateConfig } = await import('./config-writer.ts')
      await updateConfig(required(folder, 'XDG_CONFIG_HOME'), (before) => {
        const after = change(before)
        parseSettings(after)
        return after
      })
    },
  }
}

interface Found {
  readonly document: JsonObject
  readonly changedAtNs: bigint
}

function readDocument(path: string): Found | null {
  try {
    return withOpenFile(path, (handle) => {
      const stats = fstatSync(handle, { bigint: true })
      if (!stats.isFile()) throw new Error('it is no regular file')
      const document = parseDocument(path, readFileSync(handle, 'utf8'))
      return { document, changedAtNs: stats.mtimeNs }
    })
  } catch (cause) {
    throw isLlmselError(cause)
      ? cause
      : new LlmselError('io', `cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
}

function parseDocument(path: string, text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const reason = reasonOf(cause)
    throw new LlmselError('invalid-config', `${path} is not JSON: ${reason}`, {
      hint: 'mend it in an editor; llmsel never overwrites a file that it cannot read',
      cause,
    })
  }
  if (isObject(value)) return value
  throw new LlmselError('invalid-config', `${path} must hold one JSON object`)
}

function checked(path: string, document: JsonObject): ReturnType<typeof parseSettings> {
  try {
    return parseSettings(document)
  } catch (cause) {
    if (!isLlmselError(cause)) throw cause
    throw new LlmselError('invalid-config', `${path}: ${cause.message}`, {
      hint: 'mend it in an editor; llmsel config path says where it is',
      cause,
    })
  }
}

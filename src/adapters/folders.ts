import { join } from 'node:path'
import { LlmselError } from '../domain/errors.ts'
import type { Env } from '../ports.ts'

/** llmsel's folders, the same on every platform; null where the environment names no home. */
export interface Folders {
  readonly config: string | null
  readonly state: string | null
}

/** The XDG specification: a relative path in these variables is ignored. */
export function folders(env: Env): Folders {
  return {
    config: under(env['XDG_CONFIG_HOME'], env['HOME'], '.config'),
    state: under(env['XDG_STATE_HOME'], env['HOME'], '.local/state'),
  }
}

function under(
  base: string | undefined,
  home: string | undefined,
  otherwise: string,
): string | null {
  if (base?.startsWith('/') === true) return join(base, 'llmsel')
  return home?.startsWith('/') === true ? join(home, otherwise, 'llmsel') : null
}

export function configFile(folder: string): string {
  return join(folder, 'config.json')
}

/** What `models refresh` has read. */
export function refreshFile(folder: string): string {
  return join(folder, 'refreshed-models.json')
}

/** @throws LlmselError `io` when no variable says where the folder is. */
export function required(folder: string | null, variable: string): string {
  if (folder !== null) return folder
  throw new LlmselError('io', `cannot tell where llmsel keeps its files: HOME is not set`, {
    hint: `set HOME, or ${variable} to an absolute path`,
  })
}

import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingsFile } from '../domain/doctor/claude-settings.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import type { Env, Surroundings } from '../ports.ts'
import { readBounded } from './bounded-file.ts'
import { listens } from './listens.ts'
import type { SurroundingsHost } from './machine-facts.ts'
import { shownPath } from './shown-path.ts'

/** The whole of `doctor` must never hang. */
const TIMEOUT_MS = 1000

const SETTINGS_MAX_BYTES = 1 << 20

export function surroundings(host: SurroundingsHost): Surroundings {
  const { env } = host
  const folder = claudeFolder(env)
  const loginPath = folder === null ? null : join(folder, '.credentials.json')
  return {
    startupFiles: async () => (await import('./machine-facts.ts')).shellFacts(host.env).files,
    machine: async () => await (await import('./machine-facts.ts')).machineFacts(host, TIMEOUT_MS),
    claudeSettings: () => claudeSettings(env),
    claudeLogin: () => loginPath !== null && existsSync(loginPath),
    claudeLoginPath: loginPath,
    accepts: async (origin) => await listens(origin, TIMEOUT_MS),
    ollama: async (origin) =>
      await (await import('./ollama-facts.ts')).ollamaFacts(origin, TIMEOUT_MS),
    pulledModels: async (origin) =>
      await (await import('./ollama-facts.ts')).pulledModels(origin, TIMEOUT_MS),
    repair: (repair) => {
      try {
        if (repair.kind === 'private') chmodSync(repair.path, 0o600)
        else for (const path of repair.paths) rmSync(path, { recursive: true, force: true })
      } catch (cause) {
        throw new LlmselError('io', reasonOf(cause), {
          cause,
        })
      }
    },
  }
}

function claudeFolder(env: Env): string | null {
  const own = env['CLAUDE_CONFIG_DIR'] ?? ''
  if (own !== '') return own
  const home = env['HOME'] ?? ''
  return home === '' ? null : join(home, '.claude')
}

/** The project's are those of the folder in which it is started. */
function claudeSettings(env: Env): SettingsFile[] {
  const folder = claudeFolder(env)
  const project = join(process.cwd(), '.claude')
  const paths = [
    ...(folder === null ? [] : [join(folder, 'settings.json')]),
    join(project, 'settings.json'),
    join(project, 'settings.local.json'),
  ]
  return [...new Set(paths)].flatMap((path) => {
    const content = readBounded(path, SETTINGS_MAX_BYTES)
    return content === null ? [] : [{ path: shownPath(path, env), content }]
  })
}

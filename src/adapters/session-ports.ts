import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { OLLAMA_URL } from '../domain/profiles/ollama-host.ts'
import type { Env, SessionPorts } from '../ports.ts'
import { handedHand, handedPanes, type Handed } from './handed.ts'
import { listens } from './listens.ts'
import { interactiveShell, programs } from './programs.ts'
import { sessionFolders } from './session-folders.ts'
import { openTmux } from './tmux.ts'

export interface SessionHost {
  readonly env: Env
  /** llmsel's state folder; null: the environment names no home. */
  readonly state: string | null
  /** The installed package's folder, absolute. */
  readonly packageFolder: string
  readonly handed: Handed | null
}

/** What only some commands need is loaded when they need it. */
export function sessionPorts(host: SessionHost): SessionPorts {
  const { env, state, packageFolder, handed } = host
  const hand = handedHand(handed)
  return {
    tmux: openTmux(env, { panes: handed === '@panes' ? handedPanes() : null, hand }),
    folders: sessionFolders(state),
    programs: (path) => programs(path ?? env['PATH'] ?? ''),
    wrapperPath: join(packageFolder, 'libexec', 'worker.sh'),
    loggerPath: join(packageFolder, 'libexec', 'log.sh'),
    playerPath: join(packageFolder, 'libexec', 'launch.sh'),
    launcherFolder: join(packageFolder, 'bin'),
    shell: interactiveShell(env['SHELL']),
    changedAtNs: (path) => statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? null,
    directory,
    fleetFiles: async () => (await import('./fleet-files.ts')).fleetFiles(),
    // Not loaded at the last moment, so that it has asked when tmux is waited for.
    listens: async (url) => {
      const known = url === OLLAMA_URL ? (hand?.ollama() ?? null) : null
      return known === null ? await listens(url) : known === 'listens'
    },
    processes: async () => (await import('./process-table.ts')).processes(),
    pause: async (ms) => await pause(ms),
    openScreen: async () => (await import('./live-screen.ts')).openScreen(),
  }
}

function directory(path: string, base: string): string | null {
  const absolute = resolve(base, path)
  try {
    return statSync(absolute).isDirectory() ? absolute : null
  } catch {
    return null
  }
}

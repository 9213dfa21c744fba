import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type {
  FileFacts,
  LauncherFacts,
  MachineFacts,
  ShellFacts,
  ShellFile,
  TmuxFacts,
} from '../domain/doctor/facts.ts'
import { ownShell } from '../domain/shell/shell.ts'
import type { Env } from '../ports.ts'
import { readBounded } from './bounded-file.ts'
import { hasCode } from './file-errors.ts'
import { logoutFacts } from './logout-facts.ts'
import { programs } from './programs.ts'
import { shownPath } from './shown-path.ts'
import { installLine } from './tmux.ts'

export interface SurroundingsHost {
  readonly env: Env
  /** llmsel's folders; null: the environment names no home. */
  readonly state: string | null
  readonly configFolder: string | null
  readonly version: string
  /** The installed package's, absolute. */
  readonly packageFolder: string
}

export async function machineFacts(
  host: SurroundingsHost,
  timeoutMs: number,
): Promise<MachineFacts> {
  return {
    nodeVersion: process.versions.node,
    memoryBytes: memoryBytes(),
    tmux: await tmuxFacts(host.env, timeoutMs),
    shell: shellFacts(host.env),
    launcher: launcherFacts(host),
    files: fileFacts(host),
    logout: logoutFacts(),
  }
}

/** A container has less than its machine; without a limit Node says 0 or a number beyond all memory. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

async function tmuxFacts(env: Env, timeoutMs: number): Promise<TmuxFacts> {
  const path = socketPath(env)
  const ask = async (...words: string[]) => await output('tmux', words, timeoutMs)
  const [version, state] = await Promise.all([ask('-V'), socketState(path, timeoutMs)])
  const isLive = version !== null && state === 'live'
  const question = ['display-message', '-p', '#{pid}', ';', 'show-options', '-g']
  const answer = isLive ? await ask('-S', path, ...question, 'update-environment') : null
  const [pid = '', ...options] = (answer ?? '').split('\n')
  return {
    version,
    install: installLine(),
    socket: { path, state },
    updateEnvironment: options,
    controlGroup: controlGroup(pid),
  }
}

/** Linux only. */
function controlGroup(pid: string): string | null {
  const content = pid === '' ? null : readBounded(`/proc/${pid}/cgroup`, SHELL_FILE_MAX_BYTES)
  return content?.kind === 'text' ? content.text : null
}

/** Of the server that the sessions are on. */
function socketPath(env: Env): string {
  const named = env['LLMSEL_TMUX_SOCKET'] ?? ''
  const [current = ''] = (env['TMUX'] ?? '').split(',')
  if (named.includes('/')) return named
  if (named === '' && current !== '') return current
  const folder = env['TMUX_TMPDIR'] ?? ''
  const uid = process.getuid?.() ?? 0
  return join(folder === '' ? '/tmp' : folder, `tmux-${uid}`, named === '' ? 'default' : named)
}

async function socketState(path: string, timeoutMs: number): Promise<TmuxFacts['socket']['state']> {
  if (!existsSync(path)) return 'none'
  return await new Promise((resolve) => {
    const socket = connect({ path, timeout: timeoutMs })
    const end = (state: TmuxFacts['socket']['state']) => {
      socket.destroy()
      resolve(state)
    }
    socket.once('connect', () => end('live'))
    socket.once('error', (error) => end(hasCode(error, 'ECONNREFUSED') ? 'stale' : 'none'))
    socket.once('timeout', () => end('none'))
  })
}

/** Null: it cannot be started, fails, or takes too long. */
async function output(
  command: string,
  words: readonly string[],
  timeoutMs: number,
): Promise<string | null> {
  return await new Promise((resolve) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL' } as const
    execFile(command, words, options, (error, stdout) =>
      resolve(error === null ? stdout.trim() : null),
    )
  })
}

const SHELL_FILE_MAX_BYTES = 1 << 20

export function shellFacts(env: Env): ShellFacts {
  const home = env['HOME'] ?? ''
  const wanted = home === '' ? [] : shellPaths(home, env)
  const files = wanted.flatMap(({ path, ...rest }): ShellFile[] => {
    const content = readBounded(path, SHELL_FILE_MAX_BYTES)
    return content === null ? [] : [{ ...rest, path: shownPath(path, env), content }]
  })
  return { name: ownShell(env), files }
}

/** In the order in which each shell reads them. */
function shellPaths(home: string, env: Env): Omit<ShellFile, 'content'>[] {
  const folder = (name: string, otherwise: string) =>
    env[name]?.startsWith('/') === true ? env[name] : otherwise
  const zsh = folder('ZDOTDIR', home)
  const fish = join(folder('XDG_CONFIG_HOME', join(home, '.config')), 'fish')
  const login = ['.bash_profile', '.bash_login', '.profile']
    .map((name) => join(home, name))
    .find((path) => existsSync(path))
  return [
    ...(login === undefined ? [] : [{ path: login, shell: 'bash', role: 'login' } as const]),
    { path: join(home, '.bashrc'), shell: 'bash', role: 'rc' },
    { path: join(zsh, '.zshenv'), shell: 'zsh', role: 'rc' },
    { path: join(zsh, '.zprofile'), shell: 'zsh', role: 'login' },
    { path: join(zsh, '.zshrc'), shell: 'zsh', role: 'rc' },
    { path: join(zsh, '.zlogin'), shell: 'zsh', role: 'login' },
    { path: join(fish, 'conf.d/llmsel.fish'), shell: 'fish', role: 'rc' },
    { path: join(fish, 'config.fish'), shell: 'fish', role: 'rc' },
  ]
}

function launcherFacts({ env, packageFolder }: SurroundingsHost): LauncherFacts {
  const onPath = programs(env['PATH'] ?? '').which('llmsel')
  return {
    onPath: onPath === null ? null : realpathSync(onPath),
    own: realpathSync(join(packageFolder, 'bin/llmsel')),
  }
}

function fileFacts({ configFolder, state, version }: SurroundingsHost): FileFacts {
  return {
    config: configFolder === null ? null : configFacts(join(configFolder, 'config.json')),
    state: state === null ? null : writableFolder(state),
    oldFragments: state === null ? [] : oldFragments(join(state, 'env'), version),
  }
}

/** Null also for what is no file: what is wrong with that, reading it has said. */
function configFacts(path: string): FileFacts['config'] {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return null
    return { path, mode: stat.mode & 0o777, mine: stat.uid === process.getuid?.() }
  } catch {
    return null
  }
}

/** The folder, or the nearest of those above it, in which it would be made. */
function writableFolder(path: string): { path: string; writable: boolean } {
  let folder = path
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    // For root, access() says yes to everything.
    return { path: folder, writable: statSync(folder).isDirectory() }
  } catch {
    return { path: folder, writable: false }
  }
}

/** Each version keeps its own folder; what has another name is not a version's. */
function oldFragments(folder: string, version: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^\d+\.\d+\.\d+/.test(entry.name))
      .filter(({ name }) => name !== version)
      .map(({ name }) => join(folder, name))
  } catch {
    return []
  }
}

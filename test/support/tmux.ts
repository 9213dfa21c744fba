import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LAUNCHER, freshEnv, llmsel } from './launcher.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A fresh machine with a tmux server of its own, never the person's. */
export interface Sandbox {
  readonly home: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The folder of llmsel's sessions. */
  readonly sessions: string
  llmsel(words: readonly string[], env?: Variables): Ran
  /** The same without waiting for it. */
  start(words: readonly string[], env?: Variables, cwd?: string): Promise<Ran>
  tmux(...words: readonly string[]): string
  /** Writes a file under the working folder and returns its absolute path. */
  file(path: string, text: string, mode?: number): string
  /** Puts a program of that name, a script for sh, before all others; returns the PATH that finds it. */
  before(program: string, script: string): string
  /** Ends the server and removes the files. */
  close(): void
}

/** `gateway`: the sessions go through one of the sandbox's own, as they do by default. */
export function sandbox(
  shell = '/bin/bash',
  { gateway = false }: { readonly gateway?: boolean } = {},
): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'llmsel-tmux-')))
  const home = join(root, 'home')
  const cwd = join(root, 'project')
  for (const folder of [home, cwd, join(root, 'tmux')]) mkdirSync(folder)
  // Its presence keeps fish from making completions of all man pages, for minutes, at its first start.
  const made = join(home, '.local/share/fish/generated_completions')
  if (shell.endsWith('fish')) mkdirSync(made, { recursive: true })
  const socket = `test-${randomBytes(6).toString('hex')}`
  const env: Sandbox['env'] = {
    ...freshEnv(home),
    ...(gateway ? { LLMSEL_GATEWAY_AUTOSTART: 'true' } : {}),
    SHELL: shell,
    // bash would write it while it ends, when the folder is already being removed.
    HISTFILE: '/dev/null',
    TMUX_TMPDIR: join(root, 'tmux'),
    LLMSEL_TMUX_SOCKET: socket,
    // Never the person's own, and below the ports that the system gives out by itself.
    LLMSEL_GATEWAY_PORT: String(randomInt(15_000, 30_000)),
  }
  const running = join(home, '.local/state/llmsel/gateway/gateway.json')
  const tmux = (...words: readonly string[]) =>
    spawnSync('tmux', ['-u', '-L', checked(env), '-f', '/dev/null', ...words], {
      env,
      encoding: 'utf8',
    }).stdout.trimEnd()
  const file: Sandbox['file'] = (path, text, mode = 0o644) => {
    const target = join(cwd, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text, { mode })
    return target
  }
  return {
    home,
    cwd,
    env,
    sessions: join(home, '.local/state/llmsel/sessions'),
    tmux,
    llmsel: (words, extra = {}) => {
      const all = merged(env, extra)
      const { status, stdout, stderr } = llmsel(words, all, { cwd })
      return { code: status ?? -1, stdout, stderr }
    },
    start: async (words, extra = {}, folder = cwd) =>
      await start(words, merged(env, extra), folder),
    file,
    before: (program, script) =>
      `${dirname(file(`before/${program}`, `#!/bin/sh\n${script}\n`, 0o755))}:${env['PATH']}`,
    close: () => {
      tmux('kill-server')
      if (contentOf(running) !== null) llmsel(['gateway', 'stop'], env)
      removeAll(root)
    },
  }
}

/** Undefined takes a variable away. */
function merged(env: Readonly<Record<string, string>>, extra: Variables): Record<string, string> {
  const entries = Object.entries({ ...env, ...extra })
  const all = Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  checked(all)
  return all
}

/** Refuses to touch the default server, on which the person's own sessions are. */
function checked(env: Readonly<Record<string, string>>): string {
  const { LLMSEL_TMUX_SOCKET: socket = '', TMUX_TMPDIR: folder = '' } = env
  if (!socket.startsWith('test-') || folder === '')
    throw new Error('not a tmux server of the tests')
  return socket
}

async function start(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Ran> {
  const child = spawn(LAUNCHER, words, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const out: string[] = []
  const err: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text))
  const code = await new Promise<number>((resolve) => {
    child.once('close', (status) => resolve(status ?? -1))
  })
  return { code, stdout: out.join(''), stderr: err.join('') }
}

/** Shells that are just ending still write their histories and caches. */
function removeAll(root: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(root, { recursive: true, force: true })
      return
    } catch (error) {
      if (attempt === 20) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    }
  }
}

const PATIENCE_MS = 60_000

/** Asks until there is an answer; what starts a process for it leaves most of the time to the others. */
export async function eventually<T>(ask: () => T | undefined | null | false | ''): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (let askedAtMs = Date.now(); askedAtMs < deadline; askedAtMs = Date.now()) {
    const answer = ask()
    if (answer !== undefined && answer !== null && answer !== false && answer !== '') return answer
    await sleep(Math.max(20, 2 * (Date.now() - askedAtMs)))
  }
  throw new Error(`no answer within ${PATIENCE_MS} ms: ${ask.toString()}`)
}

/** Null while there is no such file. */
export function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

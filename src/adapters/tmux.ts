import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { LlmselError } from '../domain/errors.ts'
import { LISTING_FORMAT, parseListing, type PaneRow } from '../domain/sessions/listing.ts'
import { commandLine } from '../domain/shell/command-line.ts'
import { tmuxEnvironment } from '../domain/sessions/variables.ts'
import type { Env, Tmux, TmuxReply, WaitOptions } from '../ports.ts'
import { hasCode } from './file-errors.ts'
import type { Hand, HandAnswer } from './handed.ts'

interface Server {
  /** `-u`: without it tmux replaces what is not ASCII outside UTF-8 locales. */
  readonly options: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A shell's, for a program. */
const NOT_FOUND = 127
const ASK_AGAIN_MS = 1000
const TELL_MS = 5000
const MAX_LISTING_BYTES = 64 * 1024 * 1024
/** What any version says of a name that is taken, or of a session that has gone. */
const EXPECTED = /duplicate session|can't find/
/** The last of these: a server without a session, which only a waiting client keeps. */
const NOTHING_THERE =
  /no server running|error connecting|server exited|lost server|no current (?:target|session)/

interface Said {
  readonly script: string
  /** What it prints at last, if all goes well. */
  readonly last: string
}

/** What there is before Node runs. */
interface Given {
  /** An answer to `list`. */
  readonly panes: string | null
  /** For one call. */
  readonly hand: Hand | null
}

// Its first client becomes the server and keeps its argv, readable by everybody, for life.
const FEED = ['start-server', ';', 'source-file', '-'] as const

/** What tmux reads as its server starts, with `~` for the home folder. */
const CONFIGS = [
  '/etc/tmux.conf',
  '/usr/local/etc/tmux.conf',
  '~/.tmux.conf',
  '~/.config/tmux/tmux.conf',
  '$XDG_CONFIG_HOME/tmux/tmux.conf',
]

function isThere(env: Env, path: string): boolean {
  return existsSync(
    path
      .replace(/^~/, env['HOME'] ?? '')
      .replace(/^\$XDG_CONFIG_HOME/, env['XDG_CONFIG_HOME'] ?? ''),
  )
}

export function openTmux(env: Env, given: Given): Tmux {
  let listing = given.panes
  let started = given.hand?.hasBegun === true ? given.hand : null
  const socket =
    (env['LLMSEL_TMUX_SOCKET'] ?? '') === '' ? null : (env['LLMSEL_TMUX_SOCKET'] ?? null)
  const current = env['TMUX']?.split(',')[0] ?? ''
  const inside = isThisServer(current, socket)
  const server = () => serverOf(env, socket, inside)
  return {
    socket,
    socketPath: socketPathOf(env, socket, inside ? current : null),
    inside,
    list: () => {
      if (listing !== null) {
        const rows = parseListing(listing)
        listing = null
        return rows
      }
      const reply = call(server(), ['list-panes', '-a', '-F', LISTING_FORMAT], '')
      if (reply.message === null) return parseListing(reply.output)
      if (NOTHING_THERE.test(reply.message)) return []
      throw new LlmselError('io', `tmux: ${reply.message}`)
    },
    run: (script) => call(server(), FEED, script),
    prepare: (certainty) => {
      // A server that starts runs the person's configuration, which may do anything.
      if (certainty === 'guess' && CONFIGS.some((path) => isThere(env, path))) return
      started ??= given.hand === null ? null : startBy(given.hand, server(), env)
    },
    begin: (script, last) => {
      const hand = started
      started = null
      if (hand?.feed(script) === true) return () => endBy(hand, server(), { script, last })
      const reply = call(server(), FEED, script)
      return () => reply
    },
    attach: (sessionId) => attach(server(), sessionId, inside),
    waitFor: async (channel, options) => await waitFor(server(), channel, options),
  }
}

/** `inside`: that of the server which this process runs in. */
function socketPathOf(env: Env, socket: string | null, inside: string | null): string {
  if (socket?.includes('/') === true) return resolve(socket)
  if (inside !== null) return inside
  const folder = `tmux-${process.getuid?.() ?? 0}`
  return join(env['TMUX_TMPDIR'] || '/tmp', folder, socket ?? 'default')
}

/** As `list`, without blocking this process. None where tmux or its server is not there. */
export async function panesLater(env: Env): Promise<PaneRow[]> {
  const socket = env['LLMSEL_TMUX_SOCKET'] ?? ''
  const server = serverOf(env, socket === '' ? null : socket, false)
  const words = [...server.options, 'list-panes', '-a', '-F', LISTING_FORMAT]
  return await new Promise((resolve) => {
    execFile('tmux', words, { env: server.env, maxBuffer: MAX_LISTING_BYTES }, (error, stdout) =>
      resolve(error === null ? parseListing(stdout) : []),
    )
  })
}

/** TMUX may be left over from a server that is gone. */
function isThisServer(current: string, socket: string | null): boolean {
  if (current === '' || !existsSync(current)) return false
  return socket === null || socket === current || socket === basename(current)
}

function serverOf(env: Env, socket: string | null, inside: boolean): Server {
  const { TMUX, TMUX_PANE, ...rest } = tmuxEnvironment(env)
  const position: Record<string, string> = {}
  if (inside && TMUX !== undefined) position['TMUX'] = TMUX
  if (inside && TMUX_PANE !== undefined) position['TMUX_PANE'] = TMUX_PANE
  const flag = socket?.includes('/') === true ? '-S' : '-L'
  return {
    options: ['-u', ...(socket === null ? [] : [flag, socket])],
    env: { ...rest, ...position },
  }
}

/** Feeds commands to the server on that socket, without waiting for it in this thread. */
export async function tellTmux(socket: string, script: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // `-N`: none is started for it.
    const child = spawn('tmux', ['-u', '-N', '-S', socket, 'source-file', '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: TELL_MS,
    })
    child.on('error', reject)
    child.on('close', () => resolve())
    child.stdin.on('error', () => {})
    child.stdin.end(script)
  })
}

function call({ options, env }: Server, args: readonly string[], input: string): TmuxReply {
  const { error, status, stdout, stderr } = spawnSync('tmux', [...options, ...args], {
    env,
    input,
    encoding: 'utf8',
    maxBuffer: MAX_LISTING_BYTES,
  })
  // One that ends without reading has said why.
  if (error !== undefined && !hasCode(error, 'EPIPE')) throw startFailure(error)
  return replyOf({ status, stdout, stderr })
}

/** Null: it does not run. */
function startBy(hand: Hand, { options, env }: Server, from: Env): Hand | null {
  const line = commandLine(['tmux', ...options, ...FEED], { from, to: env })
  return line !== null && hand.run(line) ? hand : null
}

function endBy(hand: Hand, server: Server, { script, last }: Said): TmuxReply {
  const answer = hand.answer(last)
  // As Node says it, where that is so.
  return answer.status === NOT_FOUND ? call(server, FEED, script) : replyOf(answer)
}

function replyOf({ status, stdout, stderr }: HandAnswer): TmuxReply {
  const message = stderr.trim()
  // Its exit code alone is no proof: a stale TMUX gives a message and status 0.
  if (status === 0 && message === '') return { output: stdout, message: null }
  if (!EXPECTED.test(message) && !NOTHING_THERE.test(message)) checkVersion()
  return { output: stdout, message: message === '' ? `tmux ended with ${status}` : message }
}

/** Where systems and their package managers put it. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin']

function startFailure(error: Error): LlmselError {
  if (!hasCode(error, 'ENOENT')) return new LlmselError('io', `cannot start tmux: ${error.message}`)
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'tmux')))
  if (folder === undefined)
    return new LlmselError('tool-missing', 'tmux is not installed', { hint: installLine() })
  return new LlmselError('tool-missing', 'tmux is not on PATH', {
    hint: `it is in ${folder}: add that to PATH`,
  })
}

/** Only asked when a call failed, since it would cost every session a process. */
function checkVersion(): void {
  const version = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).stdout.trim()
  const [numbers, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? []
  // "tmux master" has none.
  if (numbers === undefined || Number(major) * 100 + Number(minor) >= 302) return
  throw new LlmselError('tool-missing', `${version} is too old: sessions need tmux 3.2 or later`, {
    hint: installLine(),
  })
}

export function installLine(): string {
  const installers = [
    ['/usr/bin/apt-get', 'sudo apt-get install tmux'],
    ['/usr/bin/dnf', 'sudo dnf install tmux'],
    ['/usr/bin/pacman', 'sudo pacman -S tmux'],
    ['/sbin/apk', 'sudo apk add tmux'],
    ['/usr/bin/zypper', 'sudo zypper install tmux'],
  ] as const
  const line = installers.find(([program]) => existsSync(program))?.[1]
  return `install it: ${line ?? 'brew install tmux'}`
}

/** `-E`: without it the person's update-environment could take the session's variables away. */
function attach({ options, env }: Server, sessionId: string, inside: boolean): void {
  const args = inside
    ? ['switch-client', '-t', sessionId]
    : ['attach-session', '-E', '-t', sessionId]
  const { error, status } = spawnSync('tmux', [...options, ...args], { env, stdio: 'inherit' })
  if (error !== undefined) throw startFailure(error)
  if (status !== 0) throw new LlmselError('io', `tmux ${args[0]} ended with ${status}`)
}

async function waitFor(
  { options, env }: Server,
  channel: string,
  { timeoutMs, stillWaiting }: WaitOptions,
): Promise<'signalled' | 'over' | 'interrupted'> {
  const deadline = timeoutMs === null ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs
  return await new Promise((resolve) => {
    const end = (how: 'signalled' | 'over' | 'interrupted') => {
      clearInterval(timer)
      process.off('SIGINT', interrupt)
      child.kill()
      resolve(how)
    }
    const interrupt = () => end('interrupted')
    const ask = () => {
      if (Date.now() > deadline || !stillWaiting()) end('over')
    }
    const timer = setInterval(ask, ASK_AGAIN_MS)
    process.once('SIGINT', interrupt)
    // After the handler: Ctrl-C may come as soon as there is something to see.
    const child = spawn('tmux', [...options, 'wait-for', channel], { env, stdio: 'ignore' })
    child.once('error', () => end('over'))
    // A failing wait-for (the server is gone) leaves it to the question.
    child.once('close', (code) => (code === 0 ? end('signalled') : ask()))
  })
}

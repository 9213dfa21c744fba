import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Env, GatewayStatus } from '../ports.ts'
import type { GatewayFolder } from './folder.ts'
import { statusIn } from './found.ts'
import type { Link } from './link.ts'

/**
 * The launcher has the same for `gateway run`. Of what is new, 4 MB in each thread, a quarter of what
 * V8 would let it become; all is collected once it is a third more than was in use, where V8 would wait
 * for up to four times as much; one helper thread, since four keep four times what they needed once. What
 * would compile undici's HTTP parser once more takes 40 MB for it, and keeps some: here that parser is
 * no faster for it. From Node 24 on a compiler between the others takes 15 MB, and saves nothing. So small
 * a heap is collected by the thread that uses it: helpers cost more to wake than they do.
 */
const MEMORY = [
  '--max-semi-space-size=4',
  '--single-threaded-gc',
  '--heap-growing-percent=30',
  '--v8-pool-size=1',
  '--liftoff-only',
  '--no-maglev',
]
/** The last that is known to have them all: one that has not would not start. */
const NODE_WITH_THEM = 26
/** Many seconds, on a busy machine or a slow disk; one that cannot work is seen to end at once. */
const START_MS = 20_000
const TELL_AFTER_MS = 2000
const LOOK_AGAIN_MS = 15

export interface Start {
  /** The installed package's folder, absolute. */
  readonly packageFolder: string
  readonly link: Link
  readonly notice: (line: string) => void
  readonly environment: Env
  /** The process id of the one that gives up its place; null: none runs. */
  readonly inPlaceOf: number | null
}

/**
 * Until the new one answers.
 * @throws LlmselError `io` where it ends, or does not answer in time.
 */
export async function startGateway(start: Start): Promise<GatewayStatus> {
  const { link, notice, inPlaceOf } = start
  link.folder.secret()
  const child = spawnSupervisor(start)
  let ended: string | null = null
  child.on('error', (error) => (ended = reasonOf(error)))
  child.on('exit', () => (ended ??= 'it ended at once'))
  child.unref()
  let status: JsonObject | null = null
  let [isDecided, isTold] = [false, false]
  const startMs = Date.now()
  for (let elapsedMs = 0; !isDecided && elapsedMs < START_MS; elapsedMs = Date.now() - startMs) {
    if (!isTold && elapsedMs > TELL_AFTER_MS) {
      isTold = true
      notice(`the gateway is slow to start; waiting for it, for up to ${START_MS / 1000} s`)
    }
    // Ever more seldom: many that wait must not keep from its work what they wait for.
    await pause(Math.max(LOOK_AGAIN_MS, elapsedMs / 10))
    const hasEnded = ended !== null
    link.close()
    status = await link.ask('status', {})
    // Where another was quicker, ours must have seen it: it would take the place of one that stops.
    isDecided = hasEnded || status?.['supervisor'] === child.pid
  }
  if (status !== null && status['pid'] !== inPlaceOf) return statusIn(status)
  const reason = ended ?? `no answer within ${START_MS / 1000} s`
  throw new LlmselError('io', `the gateway did not start: ${reason}`, {
    hint: `${lastLogLine(link.folder)}run: llmsel gateway logs`,
  })
}

function spawnSupervisor({ packageFolder, link, environment, inPlaceOf }: Start): ChildProcess {
  const libexec = join(packageFolder, 'libexec')
  const program = join(packageFolder, 'dist', 'cli', 'start.cjs')
  const options = Number.parseInt(process.versions.node, 10) > NODE_WITH_THEM ? [] : MEMORY
  const worker = [process.execPath, ...options, program, 'gateway', 'run', '--supervised']
  const place = inPlaceOf === null ? [] : ['--in-place-of', String(inPlaceOf)]
  return spawn(
    '/bin/sh',
    [join(libexec, 'gateway.sh'), link.folder.path, join(libexec, 'log.sh'), ...worker, ...place],
    { detached: true, stdio: 'ignore', env: environment, cwd: '/' },
  )
}

function lastLogLine({ logPath }: GatewayFolder): string {
  try {
    const lines = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-4)
    // An error of llmsel's own has a line of advice under it.
    const line = lines.findLast((each) => each.startsWith('llmsel: ')) ?? lines.at(-1) ?? ''
    return line === '' ? '' : `it said: ${line.replace(/^llmsel: /, '')}; `
  } catch {
    return ''
  }
}

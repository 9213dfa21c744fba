import { setTimeout as pause } from 'node:timers/promises'
import { isAlive, processFacts } from '../adapters/process-facts.ts'
import { LlmselError } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'
import type { GatewayFolder } from './folder.ts'
import type { Link } from './link.ts'

/** For one of an older version, which does not say how long its requests may go on. */
const DRAIN_MS = 30_000
/** After its requests, for what it has at hand to be in the ledger. */
const CLOSE_MS = 8000
const TELL_AFTER_MS = 1000
const LOOK_AGAIN_MS = 15
/** While one takes another's place nobody listens. */
const SETTLE_MS = 1500

/** What a gateway that listens writes down of itself. */
export function ownRecord(port: number, version: string): JsonObject {
  const started = processFacts(process.pid)?.started ?? null
  return { port, pid: process.pid, started, version }
}

/** A gateway of this user's that lives and does not prove that it is it, as without its secret. */
export interface Stray {
  readonly pid: number
  readonly port: number
}

/**
 * Null: none, or another one answers by now. It is known by what it wrote down: the process has that
 * very start time, is the user's own, and is a gateway by its command.
 */
export async function findStray(link: Link): Promise<Stray | null> {
  const until = Date.now() + SETTLE_MS
  for (;;) {
    const stray = strayIn(link.folder)
    if (stray === null) return null
    link.close()
    if ((await link.ask('status', {})) !== null) return null
    if (Date.now() > until) return stray
    await pause(LOOK_AGAIN_MS)
  }
}

function strayIn(folder: GatewayFolder): Stray | null {
  const { pid, port, started } = folder.read('gateway.json') ?? {}
  if (typeof pid !== 'number' || typeof port !== 'number' || pid <= 1) return null
  const facts = processFacts(pid)
  if (facts === null || facts.uid !== process.getuid?.()) return null
  if (facts.started !== started || !/ gateway run(?: |$)/.test(facts.command)) return null
  return { pid, port }
}

export function strayWords({ pid, port }: Stray): string {
  return `process ${pid} on port ${port} is a gateway of yours, and does not prove it: its secret has changed, or it is stuck`
}

export interface Ending {
  readonly pid: number
  readonly drainMs: number
}

export async function endStray({ pid }: Stray, notice: (line: string) => void): Promise<void> {
  process.kill(pid, 'SIGTERM')
  await untilGone({ pid, drainMs: DRAIN_MS }, notice)
}

/** Null: none runs. */
export async function askToStop(link: Link): Promise<Ending | null> {
  const pid = (await link.ask('status', {}))?.['pid']
  const answer = await link.ask('stop', {})
  link.close()
  if (answer === null || typeof pid !== 'number') return null
  const { drainMs } = answer
  return { pid, drainMs: typeof drainMs === 'number' ? drainMs : DRAIN_MS }
}

/**
 * Until its process is gone, and so what it did is in the ledger.
 * @throws LlmselError `io` where it stays.
 */
export async function untilGone(
  { pid, drainMs }: Ending,
  notice: (line: string) => void,
): Promise<void> {
  const [startMs, mostMs] = [Date.now(), drainMs + CLOSE_MS]
  let isTold = false
  while (isAlive(pid)) {
    const elapsedMs = Date.now() - startMs
    if (elapsedMs > mostMs) {
      throw new LlmselError(
        'io',
        `the gateway, process ${pid}, has not ended within ${Math.round(mostMs / 1000)} s`,
        { hint: `see: llmsel gateway logs; to end it at once: kill -9 ${pid}` },
      )
    }
    if (!isTold && elapsedMs > TELL_AFTER_MS) {
      isTold = true
      notice(`the gateway ends what is under way, for up to ${drainMs / 1000} s`)
    }
    await pause(LOOK_AGAIN_MS)
  }
}

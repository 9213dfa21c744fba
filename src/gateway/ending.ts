import { setTimeout as pause } from 'node:timers/promises'
import { isAlive } from '../adapters/process-facts.ts'
import { LlmselError } from '../domain/errors.ts'
import type { GatewayFolder } from './folder.ts'
import type { Link } from './link.ts'
import { livingSupervisor, type LivingGateway } from './record.ts'

/** For one of an older version, which does not say how long its requests may go on. */
const DRAIN_MS = 30_000
/** After its requests, for what it has at hand to be in the ledger. */
const CLOSE_MS = 8000
const TELL_AFTER_MS = 1000
const LOOK_AGAIN_MS = 15

export interface Ending {
  readonly pid: number
  readonly drainMs: number
}

export async function endStray(
  { pid }: LivingGateway,
  notice: (line: string) => void,
): Promise<void> {
  process.kill(pid, 'SIGTERM')
  await untilGone({ pid, drainMs: DRAIN_MS }, notice)
}

/** Where a worker has died and the next one has not begun. False: nothing would start one. */
export async function endSupervisor(
  folder: GatewayFolder,
  notice: (line: string) => void,
): Promise<boolean> {
  const pid = livingSupervisor(folder)
  if (pid === null) return false
  notice('the gateway has died, and would have been started again')
  process.kill(pid, 'SIGTERM')
  await untilGone({ pid, drainMs: DRAIN_MS }, notice)
  return true
}

/** How long its requests may go on. Null: it has gone meanwhile. */
export async function askToStop(link: Link): Promise<number | null> {
  const answer = await link.ask('stop', {})
  link.close()
  if (answer === null) return null
  const { drainMs } = answer
  return typeof drainMs === 'number' ? drainMs : DRAIN_MS
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

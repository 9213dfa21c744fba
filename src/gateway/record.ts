import { processFacts } from '../adapters/process-facts.ts'
import type { JsonObject } from '../domain/json.ts'
import type { GatewayFolder } from './folder.ts'

/** A gateway of this user's: what one that listens wrote down of itself, and that it lives. */
export interface LivingGateway {
  readonly pid: number
  readonly port: number
}

/** What a gateway that listens writes down of itself. */
export function ownRecord(port: number, version: string): JsonObject {
  const started = processFacts(process.pid)?.started ?? null
  return { port, pid: process.pid, started, version }
}

/** Where the last one listened, or one that died: programs that run have it in their URLs. */
export function recordedPort(folder: GatewayFolder): number | null {
  const port = folder.read('gateway.json')?.['port']
  return typeof port === 'number' ? port : null
}

/**
 * Null: none that is known to be one. It has the start time that was written down, is the user's own,
 * and is a gateway by its command.
 */
export function livingGateway(folder: GatewayFolder): LivingGateway | null {
  const { pid, port, started } = folder.read('gateway.json') ?? {}
  if (typeof pid !== 'number' || typeof port !== 'number' || pid <= 1) return null
  const facts = processFacts(pid)
  if (facts === null || facts.uid !== process.getuid?.()) return null
  if (facts.started !== started || !/ gateway run(?: |$)/.test(facts.command)) return null
  return { pid, port }
}

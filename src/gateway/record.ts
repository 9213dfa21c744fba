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

/** Again where it is gone, since nobody finds a gateway without it. */
export function keepRecord(folder: GatewayFolder, port: number, version: string): void {
  if (recordedPort(folder) !== null) return
  try {
    folder.write('gateway.json', ownRecord(port, version))
  } catch {
    // The next look may have room for it.
  }
}

/** Where the last one listened, or one that died: programs that run have it in their URLs. */
export function recordedPort(folder: GatewayFolder): number | null {
  const port = folder.read('gateway.json')?.['port']
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : null
}

/**
 * Null: none that is known to be one. It has the start time that was written down, is the user's own,
 * and is a gateway by its command.
 */
export function livingGateway(folder: GatewayFolder): LivingGateway | null {
  const { pid, started } = folder.read('gateway.json') ?? {}
  const port = recordedPort(folder)
  if (typeof pid !== 'number' || port === null || pid <= 1) return null
  const facts = processFacts(pid)
  if (facts === null || facts.uid !== process.getuid?.()) return null
  if (facts.started !== started || !/ gateway run(?: |$)/.test(facts.command)) return null
  return { pid, port }
}

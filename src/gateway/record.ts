import { processFacts } from '../adapters/process-facts.ts'
import { isObject, type JsonObject } from '../domain/json.ts'
import type { GatewayFolder } from './folder.ts'

/** A gateway of this user's: what one that listens wrote down of itself, and that it lives. */
export interface LivingGateway {
  readonly pid: number
  readonly port: number
}

export interface OwnFacts {
  readonly port: number
  readonly version: string
  /** Its parent starts it again when it dies. */
  readonly supervised: boolean
}

/** What a gateway that listens writes down of itself. */
export function ownRecord({ port, version, supervised }: OwnFacts): JsonObject {
  const supervisor = supervised ? markOf(process.ppid) : null
  return { port, version, supervisor, ...markOf(process.pid) }
}

/** By which a process is known from a later one with its id. */
function markOf(pid: number): { readonly pid: number; readonly started: string | null } {
  return { pid, started: processFacts(pid)?.started ?? null }
}

/** Again where it is gone, since nobody finds a gateway without it. */
export function keepRecord(folder: GatewayFolder, own: OwnFacts): void {
  if (recordedPort(folder) !== null) return
  try {
    folder.write('gateway.json', ownRecord(own))
  } catch {
    // The next look may have room for it.
  }
}

/** Where the last one listened, or one that died: programs that run have it in their URLs. */
export function recordedPort(folder: GatewayFolder): number | null {
  return portIn(folder.read('gateway.json'))
}

/**
 * Null: none that is known to be one. It has the start time that was written down, is the user's own,
 * and is a gateway by its command.
 */
export function livingGateway(folder: GatewayFolder): LivingGateway | null {
  const record = folder.read('gateway.json')
  const pid = livingPid(record, / gateway run(?: |$)/)
  const port = portIn(record)
  return pid === null || port === null ? null : { pid, port }
}

/** The process that starts the gateway again; null: none that is known to be one lives. */
export function livingSupervisor(folder: GatewayFolder): number | null {
  const supervisor = folder.read('gateway.json')?.['supervisor']
  return livingPid(isObject(supervisor) ? supervisor : null, /\/gateway\.sh /)
}

function portIn(record: JsonObject | null): number | null {
  const port = record?.['port']
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
  return isPort ? port : null
}

function livingPid(mark: JsonObject | null, command: RegExp): number | null {
  const { pid, started } = mark ?? {}
  if (typeof pid !== 'number' || pid <= 1) return null
  const facts = processFacts(pid)
  if (facts === null || facts.uid !== process.getuid?.()) return null
  return facts.started === started && command.test(facts.command) ? pid : null
}

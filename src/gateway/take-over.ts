import { isLlmselError } from '../domain/errors.ts'
import { isObject, type JsonObject } from '../domain/json.ts'
import type { GatewayFolder } from './folder.ts'
import { openLink } from './link.ts'

/** What a gateway that gives up its place leaves to the next. */
export interface HandedOver {
  /** It listens there for a moment more. */
  readonly port: number
  /** Of its sessions' shells. */
  readonly owns: JsonObject
}

/** Null: no gateway of this process id runs any more, or it does not know how. */
export async function takeOver(folder: GatewayFolder, pid: number): Promise<HandedOver | null> {
  const link = openLink(folder)
  try {
    const answer = await link.ask('handover', { pid })
    const { port, owns } = answer ?? {}
    return typeof port === 'number' && isObject(owns) ? { port, owns } : null
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return null
  } finally {
    link.close()
  }
}

import type { JsonObject } from '../domain/json.ts'
import type { FoundGateway, GatewayStatus } from '../ports.ts'
import type { GatewayFolder } from './folder.ts'
import type { Link } from './link.ts'
import { livingGateway } from './record.ts'

export async function findGateway(link: Link): Promise<FoundGateway> {
  const status = await link.ask('status', {})
  if (status !== null) return { running: statusIn(status), stray: null }
  return { running: null, stray: strayIn(link.folder) }
}

/** Of a folder whose gateway does not answer. */
export function strayIn(folder: GatewayFolder): FoundGateway['stray'] {
  const living = livingGateway(folder)
  if (living === null) return null
  const { pid, port } = living
  const words = `process ${pid} on port ${port} is a gateway of yours, and does not prove it: its secret has changed, or it is stuck`
  return { pid, port, words }
}

export function statusIn(body: JsonObject): GatewayStatus {
  const { port, pid, version, startedAt, sessions, supervised } = body
  return {
    url: `http://127.0.0.1:${Number(port)}`,
    port: Number(port),
    pid: Number(pid),
    version: typeof version === 'string' ? version : '',
    startedAt: typeof startedAt === 'string' ? startedAt : '',
    sessions: Number(sessions),
    supervised: supervised === true,
  }
}

import type { JsonObject } from '../domain/json.ts'
import type { FoundGateway, GatewayStatus } from '../ports.ts'
import type { Link } from './link.ts'
import { livingGateway, type LivingGateway } from './record.ts'

export async function findGateway(link: Link): Promise<FoundGateway> {
  const status = await link.ask('status', {})
  if (status !== null) return { running: statusIn(status), stray: null }
  const living = livingGateway(link.folder)
  return { running: null, stray: living === null ? null : { ...living, words: wordsOf(living) } }
}

function wordsOf({ pid, port }: LivingGateway): string {
  return `process ${pid} on port ${port} is a gateway of yours, and does not prove it: its secret has changed, or it is stuck`
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

import { setTimeout as pause } from 'node:timers/promises'
import type { JsonObject } from '../domain/json.ts'
import type { FoundGateway, GatewayStatus } from '../ports.ts'
import type { Link } from './link.ts'
import { livingGateway, type LivingGateway } from './record.ts'

/** While one takes another's place nobody listens. */
const SETTLE_MS = 1500
const LOOK_AGAIN_MS = 15

/** One that lives and does not prove itself, as without its secret, is asked for a while. */
export async function findGateway(link: Link): Promise<FoundGateway> {
  const until = Date.now() + SETTLE_MS
  for (;;) {
    const status = await link.ask('status', {})
    if (status !== null) return { running: statusIn(status), stray: null }
    link.close()
    const stray = livingGateway(link.folder)
    if (stray === null || Date.now() > until) return { running: null, stray }
    await pause(LOOK_AGAIN_MS)
  }
}

export function strayWords({ pid, port }: LivingGateway): string {
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

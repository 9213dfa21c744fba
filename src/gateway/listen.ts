import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from '../adapters/file-errors.ts'
import { LlmselError } from '../domain/errors.ts'

export const DEFAULT_PORT = 4747

const HOST = '127.0.0.1'
const TRIES = 20
const FREEING_MS = 2000

/**
 * The port that it got: the wanted one, or the next that is free where something else has it. Null:
 * this user's own gateway has it, for to bind the port is to be the gateway. `freeing`: whoever has that
 * one is about to leave it.
 */
export async function listenNear(
  server: Server,
  { wanted, freeing }: { readonly wanted: number; readonly freeing: number | null },
  isOurs: (port: number) => Promise<boolean>,
): Promise<number | null> {
  for (let port = wanted; port < wanted + TRIES; port++) {
    if (await (port === freeing ? bindSoon(server, port) : bind(server, port)))
      return portOf(server)
    if (await isOurs(port)) return null
  }
  throw new LlmselError('io', `no free port from ${wanted} to ${wanted + TRIES - 1}`, {
    hint: 'run: llmsel config set gateway.port NUMBER',
  })
}

async function bindSoon(server: Server, port: number): Promise<boolean> {
  const until = Date.now() + FREEING_MS
  while (Date.now() < until) {
    if (await bind(server, port)) return true
    await pause(1)
  }
  return false
}

async function bind(server: Server, port: number): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      server.off('listening', onListening)
      if (hasCode(error, 'EADDRINUSE') || hasCode(error, 'EACCES')) resolve(false)
      else reject(error)
    }
    const onListening = () => {
      server.off('error', onError)
      resolve(true)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ host: HOST, port, exclusive: true })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

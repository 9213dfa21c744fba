import type { Server } from 'node:http'
import { hasCode } from '../adapters/file-errors.ts'
import { LlmselError } from '../domain/errors.ts'

export const DEFAULT_PORT = 4747

const HOST = '127.0.0.1'
const TRIES = 20

/**
 * The port that it got: the wanted one, or the next that is free where something else has it. Null:
 * this user's own gateway has it, for to bind the port is to be the gateway.
 */
export async function listenNear(
  server: Server,
  wanted: number,
  isOurs: (port: number) => Promise<boolean>,
): Promise<number | null> {
  for (let port = wanted; port < wanted + TRIES; port++) {
    if (await bind(server, port)) return portOf(server)
    if (await isOurs(port)) return null
  }
  throw new LlmselError('io', `no free port from ${wanted} to ${wanted + TRIES - 1}`, {
    hint: 'run: llmsel config set gateway.port NUMBER',
  })
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

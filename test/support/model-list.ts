import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A public list of models: one at another price than the catalogue's, and one that it has not. */
export const LIST = {
  anthropic: {
    models: { 'claude-sonnet-5-5': { cost: { input: 3, output: 15, cache_read: 0.3 } } },
  },
  openai: {
    models: { 'gpt-7': { cost: { input: 1, output: 2 }, limit: { context: 9, output: 3 } } },
  },
}

export const listed: RequestListener = (_, reply) => void reply.end(JSON.stringify(LIST))

export interface ListServer {
  readonly url: string
  answer(listener: RequestListener): void
  close(): void
}

/** A server on this machine that answers as it is told. */
export async function listServer(): Promise<ListServer> {
  let answering = listed
  const server = createServer((request, reply) => answering(request, reply))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // Listening on TCP, its address is one of a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api.json`,
    answer: (listener) => void (answering = listener),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

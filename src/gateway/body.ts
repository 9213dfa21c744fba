import type { IncomingMessage, ServerResponse } from 'node:http'

/** Anthropic's own limit of a request. */
export const MAX_BODY_BYTES = 32 << 20

/** Nobody is left to be told anything. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Null: longer than `maxBytes`. @throws ClientGone */
export function readBody(
  request: IncomingMessage,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<Buffer | null> {
  const { 'content-length': length } = request.headers
  if (length !== undefined && Number(length) > maxBytes) return Promise.resolve(null)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else resolve(null)
    })
    request.on('end', () => {
      const [only] = chunks
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size))
    })
    request.on('error', () => reject(new ClientGone('the client has gone')))
    request.on('close', () => {
      // After every request: an error costs the making of its stack.
      if (!request.complete) reject(new ClientGone('the client has gone'))
    })
  })
}

/** Whoever has not shown a token may hold a connection for no longer. */
const MAX_REST_MS = 2000

/**
 * The answer at once, and the connection's end when the client has sent all: to close on one that is
 * still sending takes the answer from it, too. What comes is thrown away, and is not waited for long.
 */
export function endOnceRead(response: ServerResponse, body: string): void {
  const { req: request } = response
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (request.complete || (length === '0' && encoding === undefined)) return void response.end(body)
  response.write(body)
  const end = () => {
    clearTimeout(patience)
    response.end()
  }
  const patience = setTimeout(end, MAX_REST_MS)
  let rest = MAX_BODY_BYTES
  request.on('data', ({ length: bytes }: Buffer) => {
    rest -= bytes
    if (rest < 0) end()
  })
  request.once('end', end)
  request.once('close', end)
}

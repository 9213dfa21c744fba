import type { IncomingMessage } from 'node:http'

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

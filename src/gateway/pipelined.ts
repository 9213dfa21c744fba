import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Behind the one that is being sent, by their connection. */
const waiting = new WeakMap<Socket, Set<ServerResponse>>()

/**
 * The end of a connection ends every request on it. Node tells only the response whose turn it is: one
 * that a client asked for ahead of it would go on for ever, and with it what it asked of a provider.
 */
export function endWithConnection({ socket }: IncomingMessage, response: ServerResponse): void {
  if (response.socket !== null) return
  const known = waiting.get(socket)
  const others = known ?? new Set()
  others.add(response)
  response.once('close', () => others.delete(response))
  if (known !== undefined) return
  waiting.set(socket, others)
  // One listener a connection: Node warns of more than ten.
  socket.once('close', () => {
    for (const one of others) if (one.socket === null) end(one)
  })
}

function end(response: ServerResponse): void {
  response.destroy()
  response.emit('close')
}

import type { ServerResponse } from 'node:http'
import type { JsonObject } from '../domain/json.ts'

/** What happens, as it happens, to whoever listens at `/api/llm/events`. */
export interface Events {
  /** Without listeners it costs nothing, so `make` is called only then. */
  emit(type: string, make: () => JsonObject): void
  listen(response: ServerResponse): void
  close(): void
}

const PING_MS = 15_000
/** A listener that does not read is let go: its events would fill the memory. */
const MAX_WAITING_BYTES = 1 << 20

export function openEvents(): Events {
  const listeners = new Set<ServerResponse>()
  const send = (text: string) => {
    for (const response of listeners) {
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
      else response.write(text)
    }
  }
  const pings = setInterval(() => send(': ping\n\n'), PING_MS)
  pings.unref()
  return {
    emit: (type, make) => {
      if (listeners.size > 0) send(`event: ${type}\ndata: ${JSON.stringify(make())}\n\n`)
    },
    listen: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': connected\n\n')
      listeners.add(response)
      response.on('close', () => listeners.delete(response))
    },
    close: () => {
      clearInterval(pings)
      for (const response of listeners) response.end()
    },
  }
}

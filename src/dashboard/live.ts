import { frameSplitter } from '../domain/wire/frames.ts'
import { TokenRefused, type Api } from './api.ts'

export type LiveState =
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting' }
  /** `againAtMs`: when it is tried again. */
  | { readonly kind: 'lost'; readonly againAtMs: number }

export interface Listener {
  event(type: string, data: unknown): void
  state(state: LiveState): void
  /** The token counts no more; it is not tried again. */
  refused(): void
}

export interface Live {
  /** Without waiting for the next turn. */
  tryNow(): void
  close(): void
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** The gateway says something every 15 s; a connection that says nothing for longer is dead. */
const SILENCE_MS = 40_000

/** Listens to the gateway's events for as long as the page is there; EventSource can send no token. */
export function follow(api: Pick<Api, 'events'>, listener: Listener): Live {
  let pauseMs = FIRST_PAUSE_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let connection: AbortController | null = null
  let closed = false
  const connect = async (): Promise<void> => {
    const current = new AbortController()
    connection = current
    listener.state({ kind: 'connecting' })
    try {
      await listen(await api.events(current.signal), {
        event: (type, data) => listener.event(type, data),
        connected: () => {
          pauseMs = FIRST_PAUSE_MS
          listener.state({ kind: 'live' })
        },
        silent: () => current.abort(),
      })
    } catch (error) {
      if (error instanceof TokenRefused) return listener.refused()
    }
    connection = null
    if (!closed) wait()
  }
  const wait = () => {
    // Not all pages at the same moment.
    const ms = pauseMs * (0.75 + Math.random() / 2)
    listener.state({ kind: 'lost', againAtMs: Date.now() + ms })
    timer = setTimeout(() => void connect(), ms)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
  void connect()
  return {
    tryNow: () => {
      if (connection !== null || closed) return
      clearTimeout(timer)
      void connect()
    },
    close: () => {
      closed = true
      clearTimeout(timer)
      connection?.abort()
    },
  }
}

interface Heard {
  event(type: string, data: unknown): void
  connected(): void
  silent(): void
}

async function listen(stream: ReadableStream<Uint8Array>, heard: Heard): Promise<void> {
  const reader = stream.getReader()
  const frames = frameSplitter('sse')
  heard.connected()
  for (;;) {
    const watch = setTimeout(() => heard.silent(), SILENCE_MS)
    const { done, value } = await reader.read().finally(() => clearTimeout(watch))
    if (done) return
    for (const { event, data } of frames.push(value)) {
      if (event !== null && data !== '') heard.event(event, JSON.parse(data))
    }
  }
}

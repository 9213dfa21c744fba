import type { Clock, Streams } from '../ports.ts'

/** How far the reading of logs has come, said on stderr once it takes long. */
export interface Reading {
  at(readBytes: number, totalBytes: number): void
  /** Leaves the terminal's line as it was. */
  close(): void
}

const LONG_MS = 500
const CLEAR_LINE = '\r\u001b[K'

/** In place on a terminal; elsewhere a line, once. */
export function openReading(
  { err, canPrompt }: Pick<Streams, 'err' | 'canPrompt'>,
  clock: Clock,
): Reading {
  const startedMs = clock.now().getTime()
  let isShown = false
  return {
    at: (readBytes, totalBytes) => {
      if (readBytes >= totalBytes || clock.now().getTime() - startedMs < LONG_MS) return
      const megabytes = Math.ceil(totalBytes / 1e6)
      const percent = Math.floor((readBytes / totalBytes) * 100)
      if (canPrompt) err(`${CLEAR_LINE}reading your agents' logs: ${percent} % of ${megabytes} MB`)
      else if (!isShown) err(`llmsel: reading ${megabytes} MB of your agents' logs\n`)
      isShown = true
    },
    close: () => {
      if (isShown && canPrompt) err(CLEAR_LINE)
    },
  }
}

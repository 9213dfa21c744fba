import type { Clock, Streams } from '../ports.ts'
import { drawnLine } from './drawn-line.ts'

/** How far the reading of logs has come, said on stderr once it takes long. */
export interface Reading {
  at(readBytes: number, totalBytes: number): void
  /** Leaves the terminal's line as it was. */
  close(): void
}

const LONG_MS = 500

/** In place on a terminal; elsewhere a line, once. */
export function openReading(
  { err, canPrompt, columns }: Pick<Streams, 'err' | 'canPrompt' | 'columns'>,
  clock: Clock,
): Reading {
  const startedMs = clock.now().getTime()
  const line = drawnLine({ err, columns })
  let isSaid = false
  return {
    at: (readBytes, totalBytes) => {
      if (readBytes >= totalBytes || clock.now().getTime() - startedMs < LONG_MS) return
      const megabytes = Math.ceil(totalBytes / 1e6)
      const percent = Math.floor((readBytes / totalBytes) * 100)
      if (canPrompt) line.draw(`reading your agents' logs: ${percent} % of ${megabytes} MB`)
      else if (!isSaid) err(`llmsel: reading ${megabytes} MB of your agents' logs\n`)
      isSaid = true
    },
    close: () => line.close(),
  }
}

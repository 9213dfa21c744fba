import type { Clock, Streams } from '../ports.ts'
import { drawnLine } from './drawn-line.ts'

/** How far something is, on a terminal only, and only once it takes longer than half a second. */
export interface Bar {
  /** `share` is from 0 to 1. */
  update(share: number, text: string): void
  /** Leaves the terminal's line as it was. */
  close(): void
}

const SHOW_AFTER_MS = 500
const DRAW_EVERY_MS = 100
const CELLS = 24

export function openBar(
  streams: Pick<Streams, 'err' | 'canPrompt' | 'columns'>,
  clock: Clock,
): Bar {
  const begunMs = clock.now().getTime()
  let drawnMs = begunMs + SHOW_AFTER_MS - DRAW_EVERY_MS
  const line = drawnLine(streams)
  return {
    update: (share, text) => {
      const nowMs = clock.now().getTime()
      if (!streams.canPrompt || nowMs - drawnMs < DRAW_EVERY_MS) return
      drawnMs = nowMs
      const done = Math.round(Math.min(Math.max(share, 0), 1) * CELLS)
      const cells = '█'.repeat(done) + '░'.repeat(CELLS - done)
      line.draw(`${cells} ${text}`)
    },
    close: () => line.close(),
  }
}

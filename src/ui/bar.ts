import type { Clock, Streams } from '../ports.ts'

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
const CLEAR_LINE = '\r\u001b[K'

export function openBar(
  { err, canPrompt, columns }: Pick<Streams, 'err' | 'canPrompt' | 'columns'>,
  clock: Clock,
): Bar {
  const begunMs = clock.now().getTime()
  let drawnMs = begunMs + SHOW_AFTER_MS - DRAW_EVERY_MS
  let isShown = false
  return {
    update: (share, text) => {
      const nowMs = clock.now().getTime()
      if (!canPrompt || nowMs - drawnMs < DRAW_EVERY_MS) return
      drawnMs = nowMs
      isShown = true
      const done = Math.round(Math.min(Math.max(share, 0), 1) * CELLS)
      const cells = '█'.repeat(done) + '░'.repeat(CELLS - done)
      err(CLEAR_LINE + `${cells} ${text}`.slice(0, Math.max(columns - 1, 1)))
    },
    close: () => {
      if (isShown) err(CLEAR_LINE)
    },
  }
}

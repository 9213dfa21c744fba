import type { Streams } from '../ports.ts'

const CLEAR_LINE = '\r\u001b[K'

/** A line of a terminal that is written over again and again. */
export interface DrawnLine {
  draw(text: string): void
  /** Leaves the terminal's line as it was. */
  close(): void
}

export function drawnLine({ err, columns }: Pick<Streams, 'err' | 'columns'>): DrawnLine {
  let isShown = false
  return {
    draw: (text) => {
      isShown = true
      // What runs on into another line could not be written over.
      err(CLEAR_LINE + text.slice(0, Math.max(columns - 1, 1)))
    },
    close: () => {
      if (isShown) err(CLEAR_LINE)
    },
  }
}

import type { Streams } from '../ports.ts'
import { drawnLine } from './drawn-line.ts'

/** What is going on, said on stderr: in place on a terminal, line by line elsewhere. */
export interface Progress {
  /** Something is under way; only a terminal shows it. */
  doing(text: string): void
  /** One of the total is done. */
  done(text: string): void
  /** Leaves the terminal's line as it was. */
  close(): void
}

export function openProgress(
  { err, canPrompt, columns }: Pick<Streams, 'err' | 'canPrompt' | 'columns'>,
  total: number,
): Progress {
  let count = 0
  const line = drawnLine({ err, columns })
  const draw = (text: string) => line.draw(`${count} of ${total}  ${text}`)
  return {
    doing: (text) => {
      if (canPrompt) draw(text)
    },
    done: (text) => {
      count++
      if (canPrompt) draw(text)
      else err(`llmsel: ${text}\n`)
    },
    close: () => line.close(),
  }
}

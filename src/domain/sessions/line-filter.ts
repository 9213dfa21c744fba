import { plainText } from './log-text.ts'

/** A line without an end is let through at this length, so that memory stays bounded. */
const LONGEST_LINE = 1024 * 1024

/** Text that comes piece by piece, let through line by line: escapes and redrawn lines are whole. */
export interface LineFilter {
  push(text: string): string
  /** What is left at the end; one newline ends it. */
  rest(): string
}

export function plainLines(): LineFilter {
  let pending = ''
  return {
    push: (text) => {
      const whole = pending + text
      const end = whole.length > LONGEST_LINE ? whole.length : whole.lastIndexOf('\n') + 1
      pending = whole.slice(end)
      return plainText(whole.slice(0, end))
    },
    rest: () => {
      const text = plainText(pending)
      pending = ''
      return text === '' ? '' : `${text}\n`
    },
  }
}

/** As it comes. */
export function rawText(): LineFilter {
  return { push: (text) => text, rest: () => '' }
}

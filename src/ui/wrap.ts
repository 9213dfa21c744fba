import type { Streams } from '../ports.ts'

/** The lines of a text, none wider than `width`; a word that is too long is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  if (text.length <= width && !text.includes('\n')) return [text]
  for (const word of text.split(/[ \n]/)) {
    const longer = lines.length === 0 ? word : `${lines.pop() ?? ''} ${word}`
    lines.push(...(longer.length <= width ? [longer] : broken(longer, width)))
  }
  return lines
}

/** One line that has become too long by its last word. */
function broken(line: string, width: number): readonly string[] {
  const space = line.lastIndexOf(' ')
  if (space > 0) return [line.slice(0, space), ...broken(line.slice(space + 1), width)]
  return line.length <= width ? [line] : [line.slice(0, width), ...broken(line.slice(width), width)]
}

/** A line of its own, wrapped on a terminal and whole in a pipe. */
export function sentence(text: string, { isTty, columns }: Streams): string {
  return `${isTty ? wrapped(text, columns).join('\n') : text}\n`
}

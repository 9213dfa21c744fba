import { LlmselError } from '../errors.ts'

/*
 * llmsel's marked block in a start-up file. Texts are the file's bytes, one char each (latin1), so
 * that nothing of a person's own is ever re-encoded; null is a file that does not exist.
 */

export const BEGIN = '# >>> llmsel >>>'
export const END = '# <<< llmsel <<<'

/** In the begin marker stands what removing the block must give back. */
const NEW_FILE = `${BEGIN} (new file)`
const NO_NEWLINE = `${BEGIN} (no newline above)`

interface Block {
  /** Of the begin marker, and after the end marker's line. */
  readonly start: number
  readonly end: number
  readonly marker: string
  /** Of the begin marker's line. */
  readonly newline: string
}

/**
 * The text with exactly one block: in place of the present one, or at the end.
 * @throws LlmselError `conflict`, with the line, where a marker has lost the other.
 */
export function withBlock(text: string | null, body: readonly string[]): string {
  const [first, ...others] = blocksIn(text ?? '')
  if (first === undefined) return append(text, body)
  const single = others.toReversed().reduce(cut, text ?? '')
  const before = single.slice(0, first.start)
  return `${before}${render(first.marker, body, first.newline)}${single.slice(first.end)}`
}

/** The text as it was before the block came, byte for byte; what was added since stays. */
export function withoutBlock(text: string | null): string | null {
  const blocks = blocksIn(text ?? '')
  const rest = blocks.toReversed().reduce(cut, text ?? '')
  return rest === '' && (text === null || blocks[0]?.marker === NEW_FILE) ? null : rest
}

export function hasBlock(text: string | null): boolean {
  return blocksIn(text ?? '').length > 0
}

/** Whether llmsel made the file. */
export function isNewFile(text: string | null): boolean {
  return text === null || blocksIn(text)[0]?.marker === NEW_FILE
}

function append(text: string | null, body: readonly string[]): string {
  if (text === null) return render(NEW_FILE, body, '\n')
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n'
  if (text === '' || text.endsWith('\n')) return `${text}${render(BEGIN, body, newline)}`
  return `${text}${newline}${render(NO_NEWLINE, body, newline)}`
}

function render(marker: string, body: readonly string[], newline: string): string {
  return [marker, ...body, END].map((line) => `${line}${newline}`).join('')
}

/** The newline that was put above a block goes with it, unless lines were added below since. */
function cut(text: string, { start, end, marker, newline }: Block): string {
  const added = marker === NO_NEWLINE && end >= text.length ? newline.length : 0
  return `${text.slice(0, Math.max(0, start - added))}${text.slice(end)}`
}

function blocksIn(text: string): Block[] {
  const blocks: Block[] = []
  let open: (Omit<Block, 'end'> & { readonly lineNumber: number }) | null = null
  let start = 0
  let lineNumber = 0
  for (const line of linesOf(text)) {
    lineNumber++
    const content = line.replace(/\r?\n$/, '')
    if (content.startsWith(BEGIN)) {
      if (open !== null) throw unpaired(open.lineNumber, 'begins', 'ends')
      open = { start, marker: content, newline: line.slice(content.length), lineNumber }
    } else if (content === END) {
      if (open === null) throw unpaired(lineNumber, 'ends', 'begins')
      blocks.push({ ...open, end: start + line.length })
      open = null
    }
    start += line.length
  }
  if (open !== null) throw unpaired(open.lineNumber, 'begins', 'ends')
  return blocks
}

function unpaired(line: number, does: string, missing: string): LlmselError {
  return new LlmselError(
    'conflict',
    `line ${line} ${does} a block of llmsel that no line ${missing}`,
    {
      hint: `take out line ${line} and what is left of the block in an editor, then run this again`,
    },
  )
}

/** Each with its newline. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

const CONTEXT_LINES = 3

/** A unified diff of one hunk; empty where nothing changes. */
export function diff(path: string, before: string | null, after: string | null): string {
  if (before === after) return ''
  const [old, now] = [linesOf(before ?? ''), linesOf(after ?? '')]
  let head = 0
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++
  let tail = 0
  while (
    tail < Math.min(old.length, now.length) - head &&
    old.at(-1 - tail) === now.at(-1 - tail)
  ) {
    tail++
  }
  const from = Math.max(0, head - CONTEXT_LINES)
  const below = Math.min(tail, CONTEXT_LINES)
  const range = (count: number) => `${count === 0 ? from : from + 1},${count}`
  const hunk = [
    ...old.slice(from, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - tail + below).map((line) => ` ${line}`),
  ]
  const oldCount = old.length - tail + below - from
  const newCount = now.length - tail + below - from
  return [
    `--- ${before === null ? '/dev/null' : path}\n`,
    `+++ ${after === null ? '/dev/null' : path}\n`,
    `@@ -${range(oldCount)} +${range(newCount)} @@\n`,
    ...hunk.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)),
  ].join('')
}

import { closeSync, fstatSync, readFileSync, readSync, writeSync } from 'node:fs'

/** What `bin/llmsel` has made while Node started: tmux's list of the panes, a shell, one that runs tmux. */
const HANDED = ['@panes', '@hand', '@tmux'] as const
export type Handed = (typeof HANDED)[number]

/** Null: nothing. */
export function handedBy(word: string | undefined): Handed | null {
  return HANDED.find((each) => each === word) ?? null
}

/** A shell that runs one line, once, and costs Node nothing to start. */
export interface Hand {
  /** It runs tmux already, which waits for its input. */
  readonly hasBegun: boolean
  /** At its default address, asked while Node started; null: it is not known. */
  ollama(): 'listens' | 'silent' | null
  /** False: it was not taken. `line` has no newline in it. */
  run(line: string): boolean
  /** All of its input. False: it has not come to what the line runs. */
  feed(input: string): boolean
  /** Waits for its end, or until the last that it printed is `last`, after which nothing fails. */
  answer(last: string): HandAnswer
}

export interface HandAnswer {
  /** Null: the shell was killed, and nobody knows how far it came. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const MARK = 'whole\n'

/** To the launcher that gave a hand, which then waits no longer for the end of this process. */
export function tellExit(code: number): void {
  try {
    if (fstatSync(5).isFIFO()) writeSync(5, `${code}\n`)
  } catch {
    // It waits, then.
  }
}

/** Null: there are none, or not all. */
export function handedPanes(): string | null {
  try {
    const text = readFileSync(3, 'utf8')
    return text.endsWith(`\n${MARK}`) ? text.slice(0, -MARK.length) : null
  } catch {
    return null
  }
}

/** The launcher waits for what this process exits with, which it is to tell. */
export function hasHand(handed: Handed | null): boolean {
  return handed === '@hand' || handed === '@tmux'
}

/** Null: there is none, or the descriptors are somebody else's. */
export function handedHand(handed: Handed | null): Hand | null {
  if (!hasHand(handed)) return null
  try {
    if (!fstatSync(3).isFIFO() || !fstatSync(4).isFIFO()) return null
  } catch {
    return null
  }
  const said = openReader()
  let ollama: string | null = null
  const readOllama = () => (ollama ??= said.until('\0').slice(0, -1))
  return {
    hasBegun: handed === '@tmux',
    ollama: () => {
      const answer = readOllama()
      return answer === 'listens' || answer === 'silent' ? answer : null
    },
    run: (line) => sent(`${line}\n`),
    feed: (input) => {
      const done = sent(input)
      closeSync(4)
      return done
    },
    answer: (last) => {
      readOllama()
      return answerIn(said.until(last), last)
    },
  }
}

function answerIn(text: string, last: string): HandAnswer {
  if (text.endsWith(last)) return { status: 0, stdout: text, stderr: '' }
  const [stdout = '', status, stderr, end] = text.split('\0')
  if (end === undefined) return { status: null, stdout, stderr: '' }
  return { status: Number(status), stdout, stderr: stderr ?? '' }
}

/** `until`: what comes next on descriptor 3, to the end of the first `mark` in it, or all. */
function openReader(): { until(mark: string): string } {
  let ahead = Buffer.alloc(0)
  const chunk = Buffer.alloc(4096)
  return {
    until: (mark) => {
      for (let size = -1; size !== 0 && !ahead.includes(mark);) {
        size = readSync(3, chunk)
        ahead = Buffer.concat([ahead, chunk.subarray(0, size)])
      }
      const found = ahead.indexOf(mark)
      const end = found === -1 ? ahead.length : found + Buffer.byteLength(mark)
      const text = ahead.toString('utf8', 0, end)
      ahead = ahead.subarray(end)
      return text
    },
  }
}

function sent(text: string): boolean {
  const bytes = Buffer.from(text)
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(4, bytes, done)
    return true
  } catch {
    return false
  }
}

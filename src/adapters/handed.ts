import { closeSync, fstatSync, readFileSync, writeSync } from 'node:fs'

/** What `bin/llmsel` has made while Node started: tmux's list of the panes, a shell; null: nothing. */
export type Handed = '@panes' | '@hand' | null

/** A shell that runs one line, once, and costs Node nothing to start. */
export interface Hand {
  /** False: it was not taken. `line` has no newline in it. */
  run(line: string): boolean
  /** All of its input. False: it has not come to what the line runs. */
  feed(input: string): boolean
  /** Waits for its end. */
  answer(): HandAnswer
}

export interface HandAnswer {
  /** Null: the shell was killed, and nobody knows how far it came. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const MARK = 'whole\n'

/** Null: there are none, or not all. */
export function handedPanes(): string | null {
  try {
    const text = readFileSync(3, 'utf8')
    return text.endsWith(`\n${MARK}`) ? text.slice(0, -MARK.length) : null
  } catch {
    return null
  }
}

/** Null: the descriptors are somebody else's. */
export function handedHand(): Hand | null {
  try {
    if (!fstatSync(3).isFIFO() || !fstatSync(4).isFIFO()) return null
  } catch {
    return null
  }
  return { run: (line) => sent(`${line}\n`), feed, answer }
}

function feed(input: string): boolean {
  const done = sent(input)
  closeSync(4)
  return done
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

function answer(): HandAnswer {
  const [stdout = '', status, stderr, end] = readFileSync(3, 'utf8').split('\0')
  if (end === undefined) return { status: null, stdout, stderr: '' }
  return { status: Number(status), stdout, stderr: stderr ?? '' }
}

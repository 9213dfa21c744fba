import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { Attempt, AttemptStart, Estimate } from '../../domain/ledger/attempt.ts'
import { beginLine, endLine } from '../../domain/ledger/journal-line.ts'
import { reasonOf } from '../../domain/errors.ts'
import { makeFolder } from '../make-folder.ts'
import { ABANDONED_AFTER_MS, journalPath } from './journal-files.ts'

export interface JournalOptions {
  readonly folder: string
  readonly owner: string
  /** A file that is as long is followed by the next. */
  readonly fileBytes: number
  /** Of all that is not in the store yet; beyond it, attempts are lost. */
  readonly maxBytes: number
  /** Ended attempts that are kept in memory while no file can be written. */
  readonly maxUnwritten: number
  nowMs(): number
}

/** Whatever the disk does, nothing throws. */
export interface Journal {
  /** Noted, until `write`. */
  begin(start: AttemptStart, estimate: Estimate): void
  end(attempt: Attempt): void
  /** All that was noted, in one piece: then it is the kernel's, also when the process is killed. */
  write(): void
  /** Tries again to write what could not be written. */
  retry(): void
  /** Ended attempts that no file has, oldest first. */
  unwritten(): readonly Attempt[]
  /** So many of them, the oldest, are in the store now. */
  forget(count: number): void
  /** So many bytes of what was written are in the store now. */
  drained(bytes: number): void
  /** Goes on in another file: somebody has removed this one. */
  renew(): void
  /** How many are begun and not ended. */
  open(): number
  state(): JournalState
  close(): void
}

export interface JournalState {
  /** Why nothing can be written; null: it can. */
  readonly problem: string | null
  /** Of the present file; null: there is none. */
  readonly number: number | null
  readonly ended: number
  readonly lost: number
}

export function openJournal(options: JournalOptions): Journal {
  const { maxUnwritten } = options
  /** The begin lines of what has not ended: each file begins with them, and needs no earlier one. */
  const open: Open[] = []
  let noted = ''
  let notedEnds: Attempt[] = []
  let unwritten: Attempt[] = []
  let [ended, lost] = [0, 0]
  const files = journalWriter(options, () =>
    [...open.map(({ line }) => line), ...unwritten.map(endLine)].join(''),
  )
  const write = () => {
    if (noted === '') return
    const [lines, ends] = [noted, notedEnds]
    noted = ''
    notedEnds = []
    if (unwritten.length === 0 && files.write(lines)) return
    const kept = ends.slice(0, maxUnwritten - unwritten.length)
    unwritten.push(...kept)
    lost += ends.length - kept.length
  }
  return {
    begin: (start, estimate) => {
      const line = beginLine(start, estimate)
      noted += line
      open.push({ id: start.id, line })
    },
    end: (attempt) => {
      remove(open, attempt.id)
      ended++
      noted += endLine(attempt)
      notedEnds.push(attempt)
    },
    write,
    retry: () => {
      if (unwritten.length > 0 && files.next()) unwritten = []
    },
    unwritten: () => unwritten,
    forget: (count) => {
      unwritten = unwritten.slice(count)
    },
    drained: files.drained,
    renew: files.leave,
    open: () => open.length,
    state: () => ({ ...files.state(), ended, lost }),
    close: () => {
      write()
      files.leave()
    },
  }
}

interface Open {
  readonly id: string
  readonly line: string
}

/**
 * No Map: one that grows and shrinks at each request leaves tables behind that hold each other, and so
 * all their lines, until the next full collection.
 */
function remove(open: Open[], id: string): void {
  const at = open.findIndex((each) => each.id === id)
  const last = open.at(-1)
  if (at < 0 || last === undefined) return
  open[at] = last
  open.pop()
}

interface Files {
  /** False: they are in no file, or in part. */
  readonly write: (lines: string) => boolean
  /** Goes on in the next file; false: there is none. */
  readonly next: () => boolean
  readonly leave: () => void
  readonly drained: (bytes: number) => void
  readonly state: () => Pick<JournalState, 'problem' | 'number'>
}

interface OpenFile {
  readonly number: number
  readonly descriptor: number
  bytes: number
}

/** `head` is what each file begins with. */
function journalWriter(options: JournalOptions, head: () => string): Files {
  const { folder, owner, fileBytes, maxBytes } = options
  let problem: string | null = null
  let file: OpenFile | null = null
  let [number, writtenBytes, drainedBytes, lastWriteMs] = [0, 0, 0, 0]

  const leave = () => {
    if (file !== null) closeSync(file.descriptor)
    file = null
  }
  const append = (text: string): boolean => {
    if (file === null) return false
    const before = file.bytes
    try {
      appendTo(file, text)
      problem = null
      return true
    } catch (cause) {
      problem = `cannot write the journal in ${folder}: ${reasonOf(cause)}`
      // What was cut short is the last of its file.
      leave()
      return false
    } finally {
      writtenBytes += (file?.bytes ?? before) - before
    }
  }
  const next = (): boolean => {
    // Never back to it: whoever sees the next file removes this one once it is stored.
    leave()
    const path = journalPath(folder, owner, ++number)
    if (writtenBytes - drainedBytes > maxBytes) {
      problem = `the journal in ${folder} is full`
      return false
    }
    try {
      makeFolder(folder)
      file = { number, descriptor: openSync(path, 'ax', 0o600), bytes: 0 }
    } catch (cause) {
      problem = `cannot write the journal in ${folder}: ${reasonOf(cause)}`
      return false
    }
    if (append(head())) return true
    removeFile(path)
    return false
  }
  const write = (lines: string): boolean => {
    const now = options.nowMs()
    const isStale = Math.abs(now - lastWriteMs) > ABANDONED_AFTER_MS / 2
    lastWriteMs = now
    if ((file === null || file.bytes > fileBytes || isStale) && !next()) return false
    return append(lines)
  }
  const drained = (bytes: number) => {
    drainedBytes += bytes
  }
  return { write, next, leave, drained, state: () => ({ problem, number: file?.number ?? null }) }
}

function appendTo(file: OpenFile, text: string): void {
  const whole = Buffer.byteLength(text)
  const count = writeSync(file.descriptor, text)
  file.bytes += count
  if (count < whole) appendRest(file, Buffer.from(text), count)
}

function appendRest(file: OpenFile, bytes: Buffer, from: number): void {
  for (let offset = from; offset < bytes.length;) {
    const count = writeSync(file.descriptor, bytes, offset)
    offset += count
    file.bytes += count
  }
}

/** Else its whole lines are stored, and once more from the next: that does no harm. */
function removeFile(path: string): void {
  try {
    rmSync(path)
  } catch {
    // The disk does what it wants.
  }
}

import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import type { Attempt } from '../../domain/ledger/attempt.ts'
import { isEnd, readLine, type JournalEvent } from '../../domain/ledger/journal-line.ts'
import { hasCode } from '../file-errors.ts'
import { isFinished, journalFiles, type JournalFile } from './journal-files.ts'

/**
 * Some hundred attempts: a transaction that others do not wait for. As a text it is one that V8 keeps
 * with all that is new: from 128 kB on each would stay until the next collection of everything.
 */
const CHUNK_BYTES = 120 << 10
const CHUNK = Buffer.allocUnsafe(CHUNK_BYTES)
const NEWLINE = 0x0a

type Put = (attempts: readonly Attempt[]) => Promise<unknown>

export interface Drained {
  readonly attempts: number
  readonly bytes: number
  /** The number of the newest file that was there; null: there was none. */
  readonly newest: number | null
}

export interface OwnDrain {
  /**
   * Brings what the journal's owner has written so far into the store. Rejects where the store does;
   * what it has not taken comes again, and what it has taken may, too.
   */
  drain(): Promise<void>
  /** What was stored since it was last asked for. */
  takeDrained(): Drained
  /** Once nothing more will be written and everything was stored. */
  remove(): void
}

interface Reading {
  readonly descriptor: number
  offset: number
}

export function ownDrain(folder: string, owner: string, put: Put): OwnDrain {
  const readings = new Map<string, Reading>()
  let drained: Drained = { attempts: 0, bytes: 0, newest: null }
  const own = () => journalFiles(folder).filter((file) => file.owner === owner)
  const begin = (path: string): Reading | null => {
    const descriptor = openExisting(path)
    if (descriptor === null) return null
    const reading = { descriptor, offset: 0 }
    readings.set(path, reading)
    return reading
  }
  const finish = ({ path }: JournalFile) => {
    const reading = readings.get(path)
    if (reading !== undefined) closeSync(reading.descriptor)
    readings.delete(path)
    rmSync(path, { force: true })
  }
  return {
    drain: async () => {
      const files = own()
      drained = { ...drained, newest: files.at(-1)?.number ?? null }
      for (const [index, file] of files.entries()) {
        const reading = readings.get(file.path) ?? begin(file.path)
        if (reading === null) continue
        await readOn(reading, isEnd, async (events, bytes) => {
          const attempts = endedOf(events)
          if (attempts.length > 0) await put(attempts)
          drained = {
            ...drained,
            attempts: drained.attempts + attempts.length,
            bytes: drained.bytes + bytes,
          }
        })
        // A later one was there before this was read to its end, so nothing is added to it.
        if (index < files.length - 1) finish(file)
      }
    },
    takeDrained: () => {
      const taken = drained
      drained = { ...drained, attempts: 0, bytes: 0 }
      return taken
    },
    remove: () => {
      for (const file of own()) finish(file)
    },
  }
}

/**
 * The same for the files of processes that are no more, which are then removed. What they had begun
 * and not ended becomes an estimate. Several may do this at once.
 */
export async function drainFinished(folder: string, owner: string | null, put: Put): Promise<void> {
  const files = journalFiles(folder).filter((file) => file.owner !== owner)
  for (const each of new Set(files.map((file) => file.owner))) {
    const theirs = files.filter((file) => file.owner === each)
    if (theirs.every(isFinished)) await drainOwner(theirs, put)
  }
}

async function drainOwner(files: readonly JournalFile[], put: Put): Promise<void> {
  const open = new Map<string, Attempt>()
  for (const { path } of files) {
    const descriptor = openExisting(path)
    if (descriptor === null) continue
    try {
      await readOn(
        { descriptor, offset: 0 },
        () => true,
        async (events) => {
          const ended = endedOf(events)
          if (ended.length > 0) await put(ended)
          for (const { kind, attempt } of events)
            if (kind === 'begin') open.set(attempt.id, attempt)
            else open.delete(attempt.id)
        },
      )
    } finally {
      closeSync(descriptor)
    }
  }
  if (open.size > 0) await put([...open.values()])
  for (const { path } of files) rmSync(path, { force: true })
}

function openExisting(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    // Another process was faster.
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function endedOf(events: readonly JournalEvent[]): Attempt[] {
  return events.filter(({ kind }) => kind === 'end').map(({ attempt }) => attempt)
}

/** From where it stopped to the last whole line; what `take` has not taken comes again. */
async function readOn(
  reading: Reading,
  wanted: (line: string) => boolean,
  take: (events: readonly JournalEvent[], bytes: number) => Promise<void>,
): Promise<void> {
  for (;;) {
    const { events, next } = readEvents(reading, wanted)
    if (next === reading.offset) return
    await take(events, next - reading.offset)
    reading.offset = next
  }
}

/** Of the next whole lines; one that was cut short stays unread. */
function readEvents(
  { descriptor, offset }: Reading,
  wanted: (line: string) => boolean,
): {
  readonly events: JournalEvent[]
  readonly next: number
} {
  for (let size = CHUNK_BYTES; ; size *= 2) {
    const buffer = size === CHUNK_BYTES ? CHUNK : Buffer.allocUnsafe(size)
    const count = readSync(descriptor, buffer, 0, size, offset)
    const end = buffer.subarray(0, count).lastIndexOf(NEWLINE) + 1
    if (end === 0 && count === size) continue
    const lines = buffer.toString('utf8', 0, end).split('\n')
    const events = lines.filter(wanted).flatMap((line) => readLine(line) ?? [])
    return { events, next: offset + end }
  }
}

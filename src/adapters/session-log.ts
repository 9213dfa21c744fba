import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LogReader } from '../ports.ts'

/** A line may be as long as the whole log, so there is an end to looking for its beginning. */
const MAX_TAIL_BYTES = 8 * 1024 * 1024
const CHUNK_BYTES = 64 * 1024
const NEWLINE = 0x0a

interface OpenFile {
  readonly file: number
  readonly inode: number
  position: number
}

/**
 * Reads a run's output from its last lines on, `log.1` before `log`, and goes on with what is
 * appended; when the log is begun anew, the rest of the old file comes first. Null: there is no log.
 */
export function openLog(folder: string, lines: number): LogReader | null {
  const path = join(folder, 'log')
  const newest = openFile(path)
  if (newest === null) return null
  const files = [newest]
  const missing = goToTail(newest, { lines, skipsLastByte: true })
  const older = missing > 0 ? openFile(`${path}.1`) : null
  if (older !== null) {
    goToTail(older, { lines: missing, skipsLastByte: false })
    files.unshift(older)
  }
  return {
    read: () => readOn(files, path),
    close: () => {
      for (const { file } of files) closeSync(file)
    },
  }
}

function openFile(path: string): OpenFile | null {
  try {
    const file = openSync(path, 'r')
    return { file, inode: fstatSync(file).ino, position: 0 }
  } catch {
    return null
  }
}

function readOn(files: OpenFile[], path: string): Uint8Array {
  for (;;) {
    const [current] = files
    if (current === undefined) return Buffer.alloc(0)
    const bytes = readChunk(current)
    if (bytes.length > 0) return bytes
    if (files.length === 1 && !addNewer(files, path, current)) return bytes
    // It is complete once another has its place, and may have grown before that.
    const rest = readChunk(current)
    if (rest.length > 0) return rest
    closeSync(current.file)
    files.shift()
  }
}

function addNewer(files: OpenFile[], path: string, { inode }: OpenFile): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.ino === inode) return false
  const newer = openFile(path)
  if (newer !== null) files.push(newer)
  return newer !== null
}

function readChunk(open: OpenFile): Uint8Array {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const size = readSync(open.file, chunk, 0, CHUNK_BYTES, open.position)
  open.position += size
  return chunk.subarray(0, size)
}

interface Tail {
  readonly lines: number
  /** The newline that ends the last line begins no other. */
  readonly skipsLastByte: boolean
}

/** Backwards until there are enough lines. Returns how many are missing when the file begins. */
function goToTail(open: OpenFile, { lines, skipsLastByte }: Tail): number {
  if (lines === Number.POSITIVE_INFINITY) return lines
  const end = fstatSync(open.file).size - (skipsLastByte ? 1 : 0)
  const stop = Math.max(0, end - MAX_TAIL_BYTES)
  let missing = lines
  for (let from = end; from > stop;) {
    const size = Math.min(CHUNK_BYTES, from - stop)
    from -= size
    const chunk = Buffer.alloc(size)
    readSync(open.file, chunk, 0, size, from)
    for (let index = size - 1; index >= 0; index--) {
      if (chunk[index] !== NEWLINE || --missing > 0) continue
      open.position = from + index + 1
      return 0
    }
  }
  open.position = stop
  return stop === 0 ? missing : 0
}

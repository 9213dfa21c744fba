import { fstatSync, readSync } from 'node:fs'
import type { FileContent } from '../domain/doctor/claude-settings.ts'
import { hasCode } from './file-errors.ts'
import { withOpenFile } from './open-file.ts'

/** A text file of at most so many bytes; null: there is none. What is no regular file is refused. */
export function readBounded(path: string, maxBytes: number): FileContent | null {
  try {
    return withOpenFile(path, (handle) => contentOf(handle, maxBytes))
  } catch (cause) {
    return {
      kind: 'refused',
      reason: hasCode(cause, 'ELOOP') ? 'a loop of links' : 'it cannot be read',
    }
  }
}

function contentOf(handle: number, maxBytes: number): FileContent {
  if (!fstatSync(handle).isFile()) return { kind: 'refused', reason: 'it is no regular file' }
  const buffer = Buffer.allocUnsafe(maxBytes + 1)
  const size = readAll(handle, buffer)
  if (size <= maxBytes) return { kind: 'text', text: buffer.toString('utf8', 0, size) }
  return { kind: 'refused', reason: `it is longer than ${maxBytes} bytes` }
}

function readAll(handle: number, buffer: Buffer): number {
  let size = 0
  for (;;) {
    const count = readSync(handle, buffer, size, buffer.length - size, null)
    size += count
    if (count === 0 || size === buffer.length) return size
  }
}

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { FileContent } from '../domain/doctor/claude-settings.ts'
import { hasCode } from './file-errors.ts'

/**
 * A text file of at most so many bytes; null: there is none. What is no regular file is refused, and
 * opened in a way that does not wait for a pipe's other end.
 */
export function readBounded(path: string, maxBytes: number): FileContent | null {
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    if (hasCode(cause, 'ENOENT') || hasCode(cause, 'ENOTDIR')) return null
    return {
      kind: 'refused',
      reason: hasCode(cause, 'ELOOP') ? 'a loop of links' : 'it cannot be read',
    }
  }
  try {
    if (!fstatSync(handle).isFile()) return { kind: 'refused', reason: 'it is no regular file' }
    const buffer = Buffer.allocUnsafe(maxBytes + 1)
    const size = readAll(handle, buffer)
    if (size <= maxBytes) return { kind: 'text', text: buffer.toString('utf8', 0, size) }
    return { kind: 'refused', reason: `it is longer than ${maxBytes} bytes` }
  } catch {
    return { kind: 'refused', reason: 'it cannot be read' }
  } finally {
    closeSync(handle)
  }
}

function readAll(handle: number, buffer: Buffer): number {
  let size = 0
  for (;;) {
    const count = readSync(handle, buffer, size, buffer.length - size, null)
    size += count
    if (count === 0 || size === buffer.length) return size
  }
}

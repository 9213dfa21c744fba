import { closeSync, constants, openSync } from 'node:fs'
import { hasCode } from './file-errors.ts'

/**
 * What `read` makes of an open file; null: there is none. It may be a pipe, a folder or a device: that
 * it is a regular file is for `read` to see. @throws the system's error.
 */
export function withOpenFile<T>(path: string, read: (handle: number) => T): T | null {
  let handle: number
  try {
    // Otherwise a FIFO would wait for a writer for ever.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
  try {
    return read(handle)
  } finally {
    closeSync(handle)
  }
}

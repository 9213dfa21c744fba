import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasCode } from './file-errors.ts'

/**
 * Makes a folder, and those above it, for the person alone. Node's own recursive mkdir never returns
 * where a folder exists but refuses children with ENOENT, as /proc does (seen on Node 20.20).
 */
export function makeFolder(path: string): void {
  try {
    make(path)
  } catch (error) {
    const parent = dirname(path)
    if (!hasCode(error, 'ENOENT') || parent === path) throw error
    makeFolder(parent)
    make(path)
  }
}

function make(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !statSync(path).isDirectory()) throw error
  }
}

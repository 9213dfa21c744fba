import { readFileSync } from 'node:fs'

const STANDARD_INPUT = 0

/** Until its end; empty where there is none. */
export function readInput(): string {
  try {
    return readFileSync(STANDARD_INPUT, 'utf8')
  } catch {
    return ''
  }
}

import { readFileSync } from 'node:fs'

const MARK = 'whole\n'

/** What `bin/llmsel` got from tmux while Node started; null: nothing, or not all of it. */
export function handedPanes(): string | null {
  try {
    const text = readFileSync(3, 'utf8')
    return text.endsWith(`\n${MARK}`) ? text.slice(0, -MARK.length) : null
  } catch {
    return null
  }
}

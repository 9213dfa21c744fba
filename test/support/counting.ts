import { statSync } from 'node:fs'
import { join } from 'node:path'
import { nodeForTests } from './node.ts'
import { contentOf, eventually, type Ran, type Sandbox } from './tmux.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface Again extends Ran {
  readonly nodes: number
}

/** A sandbox in which each start of Node is counted. */
export interface Counting {
  readonly env: Readonly<Record<string, string>>
  starts(): number
  /** `session new` with these words. */
  again(words: readonly string[], more?: Variables): Again
  /** The same without blocking this process. */
  later(words: readonly string[], more?: Variables): Promise<Again>
}

export function counting(box: Sandbox): Counting {
  const path = box.before('node', 'echo >>"$HOME/starts"; exec "$REAL" "$@"')
  const env = { ...box.env, REAL: nodeForTests(), PATH: path }
  const starts = () => (contentOf(join(box.home, 'starts')) ?? '').length
  return {
    env,
    starts,
    again: (words, more = {}) => {
      const before = starts()
      const ran = box.llmsel(['session', 'new', ...words], { ...env, ...more })
      return { ...ran, nodes: starts() - before }
    },
    later: async (words, more = {}) => {
      const before = starts()
      const ran = await box.start(['session', 'new', ...words], { ...env, ...more })
      return { ...ran, nodes: starts() - before }
    },
  }
}

/** One that might change again within its second is not gone by. */
export async function oldFile(
  box: Sandbox,
  path: string,
  text: string,
  mode?: number,
): Promise<void> {
  const { mtimeMs } = statSync(box.file(path, text, mode))
  await eventually(() => Date.now() > mtimeMs + 1000)
}

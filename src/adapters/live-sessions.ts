import { sessionsOf } from '../domain/sessions/listing.ts'
import { plainLines } from '../domain/sessions/line-filter.ts'
import type { SessionView } from '../domain/sessions/session.ts'
import type { Env } from '../ports.ts'
import { sessionFolders } from './session-folders.ts'
import { panesLater } from './tmux.ts'

/** The sessions, for a process that has others waiting for it. */
export interface LiveSessions {
  list(): Promise<readonly ListedSession[]>
  /** The last lines of its newest run without escapes, bounded; null: no such session, or no log. */
  logTail(name: string, lines: number): string | null
}

export interface ListedSession extends SessionView {
  readonly outputAt: Date | null
}

const MOST_LOG_CHARACTERS = 256 * 1024

/** `state` is llmsel's state folder. */
export function liveSessions(env: Env, state: string): LiveSessions {
  const folders = sessionFolders(state)
  return {
    list: async () => {
      const views = sessionsOf(await panesLater(env), (folder) => folders.exit(folder))
      return views.map((view) => ({ ...view, outputAt: folders.lastOutput(view.folder) }))
    },
    logTail: (name, lines) => {
      const run = folders.runs().find((each) => each.name === name)
      const log = run === undefined ? null : folders.openLog(run.folder, lines)
      if (log === null) return null
      try {
        const chunks: Uint8Array[] = []
        for (let bytes = log.read(); bytes.length > 0; bytes = log.read()) chunks.push(bytes)
        const filter = plainLines()
        const text = filter.push(Buffer.concat(chunks).toString()) + filter.rest()
        return text.slice(-MOST_LOG_CHARACTERS)
      } finally {
        log.close()
      }
    },
  }
}

import type { PaneRow } from './listing.ts'

/** The tmux server that has started a run. */
export interface ServerNote {
  readonly pid: number
  readonly notedAt: Date
}

/**
 * Whether a run that is gone went down with its server. Where that server goes on, somebody has
 * closed the session there. Pids come again, so the server that has this one must have been there by then.
 */
export function wentDown(note: ServerNote | null, rows: readonly PaneRow[]): boolean {
  if (note === null) return false
  const [server] = rows
  if (server === undefined || server.serverPid !== note.pid) return true
  return server.serverStartedAt > Math.ceil(note.notedAt.getTime() / 1000)
}

/** One process of this machine. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  /** The id of its terminal session (setsid); 0 where the platform does not say. */
  readonly group: number
  /** Tells a process from a later one with the same pid. */
  readonly started: string
  /** Its LLMSEL_SESSION_DIR, where the platform lets us see it. */
  readonly folder: string | null
}

/** Whose processes are to end. */
export interface Target {
  readonly folder: string
  /** The processes that tmux started in the session's panes; the living only, since pids are reused. */
  readonly panePids: readonly number[]
  /** Never ended: llmsel itself, the tmux server. */
  readonly spared: readonly number[]
}

/**
 * The session's processes: below its panes, in its panes' terminal sessions, or started from it and
 * gone their own way (setsid, double fork), which their environment still tells. `seen` are those
 * that belonged to it before: their children do too, though their parent may be gone.
 */
export function processesOf(
  rows: readonly ProcessRow[],
  target: Target,
  seen: readonly ProcessRow[],
): ProcessRow[] {
  const known = new Set(seen.map(identity))
  const spared = withAncestors(rows, target.spared)
  const panes = new Set(target.panePids)
  const members = new Set<number>()
  for (const row of rows) {
    const belongs =
      panes.has(row.pid) ||
      panes.has(row.group) ||
      row.folder === target.folder ||
      known.has(identity(row))
    if (belongs) members.add(row.pid)
  }
  addDescendants(rows, members)
  return rows.filter(({ pid }) => members.has(pid) && !spared.has(pid))
}

function identity({ pid, started }: ProcessRow): string {
  return `${pid} ${started}`
}

function withAncestors(rows: readonly ProcessRow[], pids: readonly number[]): Set<number> {
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]))
  const all = new Set<number>()
  for (const pid of pids) {
    for (let next: number | undefined = pid; next !== undefined && next > 0 && !all.has(next);) {
      all.add(next)
      next = parents.get(next)
    }
  }
  return all
}

function addDescendants(rows: readonly ProcessRow[], members: Set<number>): void {
  let before: number
  do {
    before = members.size
    for (const { pid, parent } of rows) if (members.has(parent)) members.add(pid)
  } while (members.size > before)
}

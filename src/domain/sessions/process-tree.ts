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

/** A session whose processes are to end. */
export interface Target {
  readonly folder: string
  /** The processes that tmux started in its panes; the living only, since pids are reused. */
  readonly panePids: readonly number[]
  /** Likewise, of those of its panes whose processes stay. */
  readonly keptPids: readonly number[]
}

/** A process, and the session that it is of. */
export interface Owned {
  readonly row: ProcessRow
  readonly target: Target
}

export interface Hunt {
  readonly targets: readonly Target[]
  /** Never ended, nor their ancestors: llmsel itself, the tmux server. */
  readonly spared: readonly number[]
  /** Those that were found before: their children belong too, though they may be gone. */
  readonly seen: readonly Owned[]
}

/**
 * The sessions' processes: below their panes, in their panes' terminal sessions, or started from them
 * and gone their own way (setsid, double fork), which their environment still tells.
 */
export function processesOf(rows: readonly ProcessRow[], hunt: Hunt): Owned[] {
  const { targets, seen } = hunt
  const spared = withAncestors(rows, hunt.spared)
  const kept = new Set(targets.flatMap(({ keptPids }) => keptPids))
  const inKept = (row: ProcessRow) => kept.has(row.pid) || kept.has(row.group)
  const children = childrenOf(rows)
  const staying = spread(new Map(rows.filter(inKept).map(({ pid }) => [pid, true])), children)
  const panes = new Map(targets.flatMap((each) => each.panePids.map((pid) => [pid, each])))
  const folders = new Map(targets.map((each) => [each.folder, each]))
  const known = new Map(seen.map(({ row, target }) => [identity(row), target]))
  const owners = new Map<number, Target>()
  for (const row of rows) {
    const own = panes.get(row.pid) ?? panes.get(row.group) ?? folders.get(row.folder ?? '')
    const target = own ?? known.get(identity(row))
    if (target !== undefined) owners.set(row.pid, target)
  }
  spread(owners, children)
  return rows.flatMap((row) => {
    const target = owners.get(row.pid)
    return target === undefined || staying.has(row.pid) || spared.has(row.pid)
      ? []
      : [{ row, target }]
  })
}

function childrenOf(rows: readonly ProcessRow[]): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const { pid, parent } of rows) {
    const others = children.get(parent)
    if (others === undefined) children.set(parent, [pid])
    else others.push(pid)
  }
  return children
}

/** Gives each process's value to its descendants that have none. */
function spread<T>(
  values: Map<number, T>,
  children: ReadonlyMap<number, readonly number[]>,
): Map<number, T> {
  // A map goes on over what is added to it meanwhile.
  for (const [pid, value] of values) {
    for (const child of children.get(pid) ?? []) if (!values.has(child)) values.set(child, value)
  }
  return values
}

export function identity({ pid, started }: ProcessRow): string {
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

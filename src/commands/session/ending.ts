import type { PaneRow } from '../../domain/sessions/listing.ts'
import {
  identity,
  processesOf,
  type Owned,
  type Target,
} from '../../domain/sessions/process-tree.ts'
import type { WorkKind } from '../../domain/sessions/session.ts'
import type { SessionContext } from '../../ports.ts'

/** One session. */
export interface Ending {
  readonly folder: string
  /** Whose processes are to end; those that live. */
  readonly panes: readonly PaneRow[]
  /** Of the same session, whose processes stay. */
  readonly kept: readonly PaneRow[]
}

/**
 * Ends every process of the panes, wherever it has gone; returns how many, for each session.
 * `rows`: the whole server's.
 */
export async function endProcesses(
  { sessions }: SessionContext,
  endings: readonly Ending[],
  rows: readonly PaneRow[],
): Promise<number[]> {
  const processes = await sessions.processes()
  const targets = endings.map(({ folder, panes, kept }): Target => ({
    folder,
    panePids: pidsOf(panes),
    keptPids: pidsOf(kept),
  }))
  const spared = [processes.self, ...new Set(rows.map(({ serverPid }) => serverPid))]
  const seen = new Map<string, Owned>()
  let alive: readonly Owned[] = []
  const panes = endings.flatMap((ending) => ending.panes)
  await processes.end({
    choose: (table) => {
      alive = processesOf(table, { targets, spared, seen: [...seen.values()] })
      for (const owned of alive) seen.set(identity(owned.row), owned)
      return alive.map(({ row }) => row)
    },
    // The wrapper records how its worker ends, and then ends itself.
    waitFor: new Set(pidsOf(ofKind(panes, 'worker'))),
    hangUp: new Set(pidsOf(ofKind(panes, 'shell'))),
  })
  const left = new Set(alive.map(({ row }) => identity(row)))
  const counts = new Map(targets.map((target) => [target, 0]))
  for (const [id, { target }] of seen)
    if (!left.has(id)) counts.set(target, (counts.get(target) ?? 0) + 1)
  return [...counts.values()]
}

function pidsOf(panes: readonly PaneRow[]): number[] {
  return panes.map(({ pid }) => pid)
}

/** The first pane, where it is a worker's; all other panes are interactive. */
function ofKind(panes: readonly PaneRow[], kind: WorkKind): PaneRow[] {
  const isWorker = ({ own, first }: PaneRow) => first && own?.kind === 'worker'
  return panes.filter((pane) => isWorker(pane) === (kind === 'worker'))
}

import type { PaneRow } from '../../domain/sessions/listing.ts'
import { processesOf } from '../../domain/sessions/process-tree.ts'
import type { WorkKind } from '../../domain/sessions/session.ts'
import type { Processes } from '../../ports.ts'

export interface Ending {
  readonly folder: string
  /** Whose processes are to end; those that live. */
  readonly panes: readonly PaneRow[]
  /** Of the same session, whose processes stay. */
  readonly kept: readonly PaneRow[]
  /** The whole server's. */
  readonly rows: readonly PaneRow[]
}

/** Ends every process of the panes, wherever it has gone; returns how many. */
export async function endProcesses(processes: Processes, ending: Ending): Promise<number> {
  const { folder, panes, kept, rows } = ending
  const spared = [processes.self, ...rows.map(({ serverPid }) => serverPid)]
  const target = { folder, panePids: pidsOf(panes), spared }
  // No folder is named so: these are theirs by descent alone.
  const others = { folder: '\0', panePids: pidsOf(kept), spared: [] }
  return await processes.end({
    choose: (table, seen) => {
      const staying = new Set(processesOf(table, others, []).map(({ pid }) => pid))
      return processesOf(table, target, seen).filter(({ pid }) => !staying.has(pid))
    },
    // The wrapper records how its worker ends, and then ends itself.
    waitFor: new Set(pidsOf(ofKind(panes, 'worker'))),
    hangUp: new Set(pidsOf(ofKind(panes, 'shell'))),
  })
}

function pidsOf(panes: readonly PaneRow[]): number[] {
  return panes.map(({ pid }) => pid)
}

/** The first pane, where it is a worker's; all other panes are interactive. */
function ofKind(panes: readonly PaneRow[], kind: WorkKind): PaneRow[] {
  const isWorker = ({ own, first }: PaneRow) => first && own?.kind === 'worker'
  return panes.filter((pane) => isWorker(pane) === (kind === 'worker'))
}

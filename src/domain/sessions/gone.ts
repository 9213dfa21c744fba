import type { Run, SessionRecord, SessionView } from './session.ts'

export interface RunFacts {
  /** The end was recorded, or the person ended it. */
  hasEnded(folder: string): boolean
  record(folder: string): SessionRecord | null
  /** Of the tmux server that is asked; another server's sessions are not missing there. */
  readonly socket: string | null
}

/**
 * Runs whose session is no longer there although nothing recorded an end: the tmux server died, or
 * the machine did. Of each name the newest run only, since what came later took its place.
 */
export function goneRuns(
  runs: readonly Run[],
  present: readonly SessionView[],
  facts: RunFacts,
): SessionView[] {
  const seen = new Set(present.map(({ name }) => name))
  const folders = new Set(present.map(({ folder }) => folder))
  return runs.flatMap((run) => {
    if (seen.has(run.name) || folders.has(run.folder)) return []
    const record = facts.record(run.folder)
    if (record === null || record.socket !== facts.socket) return []
    seen.add(run.name)
    return facts.hasEnded(run.folder) ? [] : [viewOf(run, record)]
  })
}

function viewOf({ name, folder }: Run, record: SessionRecord): SessionView {
  const { profile, model, startedAt, fleet = null } = record
  const gone = { state: { kind: 'gone' }, startedAt, attached: false, pid: null } as const
  // It was tmux that kept it.
  const spending = { spentUsd: null, spentMore: false, limit: null }
  return { name, profile, model, ...gone, ...spending, restarts: 0, fleet, folder, id: '' }
}

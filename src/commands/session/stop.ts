import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { PaneRow } from '../../domain/sessions/listing.ts'
import { processesOf } from '../../domain/sessions/process-tree.ts'
import type { SessionView, WorkKind } from '../../domain/sessions/session.ts'
import { killScript } from '../../domain/sessions/tmux-script.ts'
import type { SessionContext, Processes } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

interface StopOptions {
  readonly all?: boolean
  readonly json?: boolean
}

interface Stopped {
  readonly name: string
  /** How many processes were ended. */
  readonly processes: number
  readonly log: string
}

export function stopCommand(ctx: SessionContext): Command {
  return new Command('stop')
    .argument('[sessions...]', 'the sessions')
    .option('--all', 'all that llmsel started')
    .option('--json', 'print JSON')
    .action(async (names: string[], options: StopOptions) => {
      const views = currentSessions(ctx)
      const chosen = ownLast(ctx, choose(views, names, options))
      const processes = await ctx.sessions.processes()
      const rows = ctx.sessions.tmux.list()
      const data = await Promise.all(
        chosen.map(async (session) => await endProcesses(session, rows, processes)),
      )
      await print(ctx.streams, { data, view: () => [table(data)] }, options)
      // At last, since it may be the session that this very process runs in.
      for (const { id } of chosen) ctx.sessions.tmux.run(killScript(id))
    })
}

function choose(
  views: readonly SessionView[],
  names: string[],
  { all }: StopOptions,
): SessionView[] {
  if (all === true && names.length > 0) throw new LlmselError('usage', 'give names, or --all')
  if (all === true) return [...views]
  if (names.length === 0) throw new LlmselError('usage', 'which session? give its name, or --all')
  // Every name is checked before anything is stopped.
  return [...new Set(names)].map((name) => findNamed(views, name))
}

function ownLast({ env }: SessionContext, sessions: readonly SessionView[]): SessionView[] {
  const isOwn = ({ folder }: SessionView) => folder === env['LLMSEL_SESSION_DIR']
  return [...sessions.filter((session) => !isOwn(session)), ...sessions.filter(isOwn)]
}

async function endProcesses(
  { name, id, folder }: SessionView,
  rows: readonly PaneRow[],
  processes: Processes,
): Promise<Stopped> {
  const panes = rows.filter(({ sessionId, dead }) => sessionId === id && !dead)
  const target = {
    folder,
    panePids: panes.map((pane) => pane.pid),
    spared: [processes.self, ...rows.map(({ serverPid }) => serverPid)],
  }
  const ended = await processes.end({
    choose: (table_, seen) => processesOf(table_, target, seen),
    // The wrapper records how its worker ends, and then ends itself.
    waitFor: pidsOf(panes, 'worker'),
    hangUp: pidsOf(panes, 'shell'),
  })
  return { name, processes: ended, log: `${folder}/log` }
}

/** Of the first pane, where it is a worker's; all other panes are interactive. */
function pidsOf(panes: readonly PaneRow[], kind: WorkKind): Set<number> {
  const isWorker = ({ own, first }: PaneRow) => first && own?.kind === 'worker'
  const chosen = panes.filter((pane) => isWorker(pane) === (kind === 'worker'))
  return new Set(chosen.map(({ pid }) => pid))
}

function table(stopped: readonly Stopped[]): { columns: { header: string }[]; rows: string[][] } {
  return {
    columns: [{ header: 'stopped' }, { header: 'processes' }, { header: 'log' }],
    rows: stopped.map(({ name, processes, log }) => [name, String(processes), log]),
  }
}

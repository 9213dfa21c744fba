import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { PaneRow } from '../../domain/sessions/listing.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { describeState } from '../../domain/sessions/states.ts'
import { killScript } from '../../domain/sessions/tmux-script.ts'
import type { SessionContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { endOfState } from '../../ui/session.ts'
import type { Table } from '../../ui/table.ts'
import { findNamed } from './find.ts'
import { allSessions } from './waiting.ts'

interface PruneOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel session prune               # all that have ended
  llmsel session prune crawler
  llmsel session prune --dry-run     # what that would be
`

export function pruneCommand(ctx: SessionContext): Command {
  return new Command('prune')
    .argument('[sessions...]', 'which of them (default: all)')
    .option('--dry-run', 'print what would be removed; remove nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], options: PruneOptions) => {
      const chosen = choose(ctx, names)
      if (options.dryRun !== true) for (const view of chosen) remove(ctx, view)
      const data = chosen.map(({ name, state, folder }) => ({
        name,
        ...endOfState(state),
        log: `${folder}/log`,
      }))
      await print(ctx.streams, { data, view: () => [table(chosen)] }, options)
    })
}

function choose(ctx: SessionContext, names: readonly string[]): SessionView[] {
  const views = allSessions(ctx)
  const rows = ctx.sessions.tmux.list()
  if (names.length === 0) return views.filter((view) => !isAlive(view, rows))
  return [...new Set(names)].map((name) => {
    const view = findNamed(views, name)
    if (!isAlive(view, rows)) return view
    throw new LlmselError('conflict', `something still runs in ${name}`, {
      hint: `end it: llmsel session stop ${name}`,
    })
  })
}

/** Also where its worker has ended and another window of it is open. */
function isAlive({ id }: SessionView, rows: readonly PaneRow[]): boolean {
  return rows.some(({ sessionId, dead }) => sessionId === id && !dead)
}

function remove({ sessions }: SessionContext, { id, folder }: SessionView): void {
  sessions.folders.markEnded(folder)
  if (id !== '') sessions.tmux.run(killScript(id))
}

function table(views: readonly SessionView[]): Table {
  return {
    columns: [
      { header: 'removed' },
      { header: 'state' },
      { header: 'log, which is kept', dispensable: 1 },
    ],
    rows: views.map(({ name, state, folder }) => [name, describeState(state), `${folder}/log`]),
  }
}

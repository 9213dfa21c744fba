import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { killScript } from '../../domain/sessions/tmux-script.ts'
import type { SessionContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import type { Table } from '../../ui/table.ts'
import { endProcesses } from './ending.ts'
import { leaveGateway } from './gateway.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

interface StopOptions {
  readonly all?: boolean
  readonly json?: boolean
}

export interface Stopped {
  readonly name: string
  /** How many processes were ended. */
  readonly processes: number
  readonly log: string
}

const EXAMPLES = `
Examples:
  llmsel session stop crawler
  llmsel session stop build test
  llmsel session stop --all       # every one that llmsel started
`

export function stopCommand(ctx: SessionContext): Command {
  return new Command('stop')
    .argument('[sessions...]', 'the sessions')
    .option('--all', 'all that llmsel started')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], options: StopOptions) => {
      await stopSessions(ctx, choose(currentSessions(ctx), names, options), options)
    })
}

/** Ends them and says so, before its own session, if that is among them, goes as well. */
export async function stopSessions(
  ctx: SessionContext,
  views: readonly SessionView[],
  options: { readonly json?: boolean },
): Promise<void> {
  const chosen = ownLast(ctx, views)
  const records = chosen.map(({ folder }) => ctx.sessions.folders.record(folder))
  const data = await endSessions(ctx, chosen)
  await print(ctx.streams, { data, view: () => [stoppedTable(data)] }, options)
  await leaveGateway(ctx, records)
  closeSessions(ctx, chosen)
}

/** Ends their processes; what they have printed can still be seen in tmux. */
export async function endSessions(
  ctx: SessionContext,
  views: readonly SessionView[],
): Promise<Stopped[]> {
  const { tmux, folders } = ctx.sessions
  // First, since a wrapper asks for it before it runs a worker again that failed.
  for (const { folder } of views) folders.markEnded(folder)
  const rows = tmux.list()
  const endings = views.map(({ id, folder }) => ({
    folder,
    panes: rows.filter(({ sessionId, dead }) => sessionId === id && !dead),
    kept: [],
  }))
  const counts = await endProcesses(ctx, endings, rows)
  return views.map(({ name, folder }, index) => ({
    name,
    processes: counts[index] ?? 0,
    log: `${folder}/log`,
  }))
}

export function closeSessions(
  { sessions: { tmux } }: SessionContext,
  views: readonly SessionView[],
): void {
  const present = views.filter(({ id }) => id !== '')
  if (present.length > 0) tmux.run(present.map(({ id }) => killScript(id)).join(''))
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

export function ownLast({ env }: SessionContext, sessions: readonly SessionView[]): SessionView[] {
  const isOwn = ({ folder }: SessionView) => folder === env['LLMSEL_SESSION_DIR']
  return [...sessions.filter((session) => !isOwn(session)), ...sessions.filter(isOwn)]
}

export function stoppedTable(stopped: readonly Stopped[]): Table {
  return {
    columns: [{ header: 'stopped' }, { header: 'processes' }, { header: 'log', dispensable: 1 }],
    rows: stopped.map(({ name, processes, log }) => [name, String(processes), log]),
  }
}

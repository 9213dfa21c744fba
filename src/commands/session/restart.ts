import { Command, Option } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import {
  environmentScript,
  keepPaneScript,
  letPaneGoScript,
  notesScript,
  respawnScript,
} from '../../domain/sessions/change-script.ts'
import type { PaneRow } from '../../domain/sessions/listing.ts'
import { logCommandOf } from '../../domain/sessions/log-command.ts'
import { runAt, type SessionRecord, type SessionView } from '../../domain/sessions/session.ts'
import { readyChannel } from '../../domain/sessions/tmux-script.ts'
import type { SessionContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { changeOf, holding, lost, type Change, type Wanted } from './change.ts'
import { endProcesses } from './ending.ts'
import { registerAgain } from './gateway.ts'
import { findNamed } from './find.ts'
import { paneArgv } from './launch.ts'
import { currentSessions, typeWhenReady } from './waiting.ts'

interface RestartOptions {
  readonly profile?: string
  readonly env: readonly string[]
  readonly json?: boolean
}

interface Restarted {
  readonly name: string
  readonly profile: string
  readonly model: string
  /** How many processes were ended. */
  readonly processes: number
  readonly pid: number
  readonly log: string
}

const EXAMPLES = `
Examples:
  llmsel session restart crawler                      # the same, in its pane
  llmsel session restart crawler --profile budget     # on another model
  llmsel session restart crawler --env DEPTH=3        # with a further variable
`

export function restartCommand(ctx: SessionContext): Command {
  return new Command('restart')
    .argument('<session>', 'the session; it may run or have ended')
    .option('--profile <profile>', 'on this profile from now on')
    .addOption(
      new Option('--env <NAME=VALUE>', 'a further variable; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { profile, env, json = false }: RestartOptions) => {
      const view = findNamed(currentSessions(ctx), name)
      const data = await restart(ctx, view, { profile: profile ?? null, env })
      const row = [data.name, data.profile, data.model, data.log]
      const text = `${data.name} is restarted on ${data.profile} (${data.model})\n`
      const shown = ctx.streams.isTty ? text : { columns: [], rows: [row] }
      await print(ctx.streams, { data, view: () => [shown] }, { json })
    })
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}

/** The same pane, folder and log; everything is checked and written before a process is ended. */
export async function restart(
  ctx: SessionContext,
  view: SessionView,
  wanted: Wanted,
): Promise<Restarted> {
  return await restartAs(ctx, view, changeOf(ctx, view, wanted))
}

export async function restartAs(
  ctx: SessionContext,
  view: SessionView,
  change: Change,
): Promise<Restarted> {
  const rows = ctx.sessions.tmux.list()
  const pane = rows.find(({ sessionId, first }) => sessionId === view.id && first)
  if (pane === undefined) throw lost(view.name, 'its first window was closed', change.record)
  if (ctx.sessions.directory(change.record.cwd, '/') === null) {
    throw new LlmselError('not-found', `its folder is gone: ${change.record.cwd}`)
  }
  // Before its programs ask.
  await registerAgain(ctx, change.record)
  const done = await holding(ctx, view, async () => {
    ctx.sessions.folders.rewrite(view.folder, change.files)
    ctx.sessions.tmux.run(keepPaneScript(pane.paneId))
    const processes = await endPane(ctx, { view, pane, rows })
    ctx.sessions.folders.clearExit(view.folder)
    return { processes, pid: respawn(ctx, { view, pane, change }) }
  })
  const { profile, model, work } = change.record
  const { name, folder } = view
  if (work.kind === 'shell' && work.typed !== null) {
    const launched = {
      run: runAt(name, folder),
      sessionId: view.id,
      paneId: pane.paneId,
      pid: done.pid,
    }
    await typeWhenReady(ctx, launched, work.typed)
  }
  return { name, profile, model, ...done, log: `${folder}/log` }
}

interface Place {
  readonly view: SessionView
  readonly pane: PaneRow
}

async function endPane(
  ctx: SessionContext,
  { view, pane, rows }: Place & { readonly rows: readonly PaneRow[] },
): Promise<number> {
  const living = rows.filter(({ sessionId, dead }) => sessionId === view.id && !dead)
  const panes = living.filter(({ paneId }) => paneId === pane.paneId)
  const kept = living.filter(({ paneId }) => paneId !== pane.paneId)
  const [count = 0] = await endProcesses(ctx, [{ folder: view.folder, panes, kept }], rows)
  return count
}

/** The new process's id. */
function respawn(
  { sessions }: SessionContext,
  { view, pane, change }: Place & { readonly change: Change },
): number {
  const { record, environment } = change
  const run = runAt(record.name, view.folder)
  const isTyped = record.work.kind === 'shell' && record.work.typed !== null
  const { output, message } = sessions.tmux.run(
    environmentScript(view.id, environment) +
      notesScript(view.id, notesOf(record)) +
      respawnScript({
        paneId: pane.paneId,
        windowName: record.profile === view.profile ? null : record.profile,
        cwd: record.cwd,
        argv: paneArgv(sessions, run, record.work),
        set: isTyped ? { LLMSEL_READY: readyChannel(run.id) } : {},
        logCommand: logCommandOf(sessions.loggerPath, view.folder),
        mark: markOf(record),
      }) +
      letPaneGoScript(pane.paneId),
  )
  if (message === null) return Number(output.trim())
  throw lost(view.name, `tmux could not restart it: ${message}`, record)
}

export function notesOf({ profile, model, startedAt }: SessionRecord): Record<string, string> {
  return { profile, model, started: startedAt }
}

function markOf({ startedAt, profile, model }: SessionRecord): string {
  return `--- restarted by llmsel ${startedAt} on ${profile} (${model}) ---`
}

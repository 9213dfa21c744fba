import { LlmselError } from '../../domain/errors.ts'
import { goneRuns } from '../../domain/sessions/gone.ts'
import { sessionsOf, type PaneRow } from '../../domain/sessions/listing.ts'
import { wentDown } from '../../domain/sessions/restorable.ts'
import { leaveViewScript } from '../../domain/sessions/send-script.ts'
import {
  runAt,
  type Run,
  type SessionState,
  type SessionView,
} from '../../domain/sessions/session.ts'
import { stateOfCode } from '../../domain/sessions/states.ts'
import {
  NUDGE_SCRIPT,
  endLogScript,
  exitChannel,
  readyChannel,
  typeScript,
} from '../../domain/sessions/tmux-script.ts'
import type { SessionContext, Tmux } from '../../ports.ts'
import type { Launched } from './launch.ts'

const READY_TIMEOUT_MS = 30_000
const LOG_POLL_MS = 10
/** Of a log on a full disk nobody says that it is whole. */
const LOG_TIMEOUT_MS = 3000

/** llmsel's sessions as they are; asks tmux twice only where it has lost how a worker ended. */
export function currentSessions({ sessions }: SessionContext): SessionView[] {
  const { tmux, folders } = sessions
  const read = () => sessionsOf(tmux.list(), (folder) => folders.exit(folder))
  const views = read()
  if (!views.some(({ state }) => state.kind === 'unknown')) return views
  tmux.run(NUDGE_SCRIPT)
  return read()
}

/** Also those whose session has gone; what is there comes first, under the name that it has now. */
export function knownRuns(ctx: SessionContext): Run[] {
  const present = currentSessions(ctx).map(({ name, folder }) => runAt(name, folder))
  return [...present, ...ctx.sessions.folders.runs()]
}

/** How the run's worker ended; `interrupted` when the person no longer wants to wait. */
export async function endOf(ctx: SessionContext, run: Run): Promise<SessionState | 'interrupted'> {
  const { tmux } = ctx.sessions
  const stillWaiting = () => goesOn(ctx, run, tmux.list())
  // The signal may be that of the worker before, when the run was restarted.
  while (stillWaiting()) {
    const options = { timeoutMs: null, stillWaiting }
    if ((await tmux.waitFor(exitChannel(run.id), options)) === 'interrupted') return 'interrupted'
  }
  return endedState(ctx, run)
}

/** Null rows: tmux is not asked, and only a recorded end counts. */
export function goesOn(
  { sessions: { folders } }: SessionContext,
  run: Run,
  rows: readonly PaneRow[] | null,
): boolean {
  if (folders.isHeld(run.folder)) return true
  return folders.exit(run.folder) === null && (rows === null || isAlive(rows, run))
}

/** Of a run that no longer goes on. */
export function endedState(ctx: SessionContext, run: Run): SessionState {
  const code = ctx.sessions.folders.exit(run.folder)
  if (code !== null) return stateOfCode(code)
  const session = currentSessions(ctx).find(({ folder }) => folder === run.folder)
  return session?.state ?? { kind: 'gone' }
}

/** Until the log has all that the worker of a run that no longer goes on has written. */
export async function logWhole({ sessions, clock }: SessionContext, run: Run): Promise<void> {
  const { folders, tmux } = sessions
  const deadline = clock.now().getTime() + LOG_TIMEOUT_MS
  let isOver = false
  while (!folders.isLogged(run.folder) && clock.now().getTime() < deadline) {
    isOver ||= endLog(tmux, run)
    await sessions.pause(LOG_POLL_MS)
  }
}

/** False: its pane is not dead yet. */
function endLog(tmux: Tmux, run: Run): boolean {
  const pane = tmux.list().find(({ own, first }) => own?.runId === run.id && first)
  return pane === undefined || tmux.run(endLogScript(pane.paneId)).output !== ''
}

function isAlive(rows: readonly PaneRow[], run: Run): boolean {
  return rows.some(({ own, first, dead }) => own?.runId === run.id && first && !dead)
}

/**
 * Types the command once the shell stands at its first prompt: keys that come earlier are lost when
 * an rc file reads or flushes the terminal.
 */
export async function typeWhenReady(
  ctx: SessionContext,
  launched: Launched,
  text: string,
): Promise<void> {
  const { tmux } = ctx.sessions
  const { run, paneId } = launched
  const options = {
    timeoutMs: READY_TIMEOUT_MS,
    stillWaiting: () => isAlive(tmux.list(), run),
  }
  const how = await tmux.waitFor(readyChannel(run.id), options)
  const hint = `look at it: llmsel session attach ${run.name}`
  if (how === 'interrupted')
    throw new LlmselError('timeout', 'interrupted: nothing was typed', { hint })
  const script = leaveViewScript(paneId) + typeScript(paneId, text)
  const { message } = how === 'over' ? { message: 'no prompt' } : tmux.run(script)
  if (message === null) return
  // A server that ends with the shell wakes all who wait, as if it had been the shell.
  if (!isAlive(tmux.list(), run)) {
    throw new LlmselError('io', 'the shell ended before its first prompt: nothing was typed', {
      hint: `what it printed: llmsel session logs ${run.name}`,
    })
  }
  if (how === 'over') {
    throw new LlmselError('timeout', `the shell showed no prompt within 30 s: nothing was typed`, {
      hint,
    })
  }
  throw new LlmselError('io', `nothing was typed, tmux could not: ${message}`, { hint })
}

/** With those that are gone. */
export function allSessions(ctx: SessionContext): SessionView[] {
  const { folders, tmux } = ctx.sessions
  const present = currentSessions(ctx)
  const gone = goneRuns(folders.runs(), present, { ...folders, socket: tmux.socket })
  return [...present, ...gone].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Those that are gone because their tmux server is. */
export function lostSessions(ctx: SessionContext): SessionView[] {
  const { tmux, folders } = ctx.sessions
  const gone = allSessions(ctx).filter(({ state }) => state.kind === 'gone')
  const notes = gone.map((view) => ({ view, note: folders.server(view.folder) }))
  // Asked last: what another llmsel starts meanwhile is gone by its folder, and has a server by now.
  const rows = tmux.list()
  return notes.flatMap(({ view, note }) => (wentDown(note, rows) ? [view] : []))
}

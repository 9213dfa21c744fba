import { LlmselError } from '../../domain/errors.ts'
import { sessionsOf, type PaneRow } from '../../domain/sessions/listing.ts'
import type { Run, SessionState, SessionView } from '../../domain/sessions/session.ts'
import { stateOfCode } from '../../domain/sessions/states.ts'
import {
  NUDGE_SCRIPT,
  exitChannel,
  readyChannel,
  typeScript,
} from '../../domain/sessions/tmux-script.ts'
import type { SessionContext } from '../../ports.ts'
import type { Launched } from './launch.ts'

const READY_TIMEOUT_MS = 30_000

/** llmsel's sessions as they are; asks tmux twice only where it has lost how a worker ended. */
export function currentSessions({ sessions }: SessionContext): SessionView[] {
  const { tmux, folders } = sessions
  const read = () => sessionsOf(tmux.list(), (folder) => folders.exit(folder))
  const views = read()
  if (!views.some(({ state }) => state.kind === 'unknown')) return views
  tmux.run(NUDGE_SCRIPT)
  return read()
}

/** How the run's worker ended; `interrupted` when the person no longer wants to wait. */
export async function endOf(ctx: SessionContext, run: Run): Promise<SessionState | 'interrupted'> {
  const { tmux, folders } = ctx.sessions
  const goesOn = () => folders.exit(run.folder) === null && isAlive(tmux.list(), run)
  const options = { timeoutMs: null, stillWaiting: goesOn }
  if (goesOn() && (await tmux.waitFor(exitChannel(run.id), options)) === 'interrupted') {
    return 'interrupted'
  }
  const exit = folders.exit(run.folder)
  if (exit !== null) return stateOfCode(exit.code)
  const session = currentSessions(ctx).find(({ folder }) => folder === run.folder)
  return session?.state ?? { kind: 'unknown' }
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
  if (how === 'over') {
    throw new LlmselError('timeout', `the shell showed no prompt within 30 s: nothing was typed`, {
      hint,
    })
  }
  const { message } = tmux.run(typeScript(paneId, text))
  if (message !== null)
    throw new LlmselError('io', `tmux could not type the command: ${message}`, { hint })
}

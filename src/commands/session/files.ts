import { rcFiles, type TextFile } from '../../domain/sessions/rc-files.ts'
import type { Run, SessionRecord } from '../../domain/sessions/session.ts'
import type { SessionVariables } from '../../domain/sessions/variables.ts'
import { renderApply } from '../../domain/shell/apply.ts'
import type { SessionContext } from '../../ports.ts'
import type { LaunchRequest } from './request.ts'

export interface FileParts {
  readonly run: Run
  readonly request: LaunchRequest
  readonly startedAt: string
  readonly variables: SessionVariables
}

/** Before tmux appends to it, so that nobody else may read it. */
export const NEW_LOG: TextFile = { path: 'log', text: '' }

export function recordOfRun(
  { sessions: { tmux } }: SessionContext,
  { run, request, startedAt, variables }: FileParts,
): SessionRecord {
  const { profile, work, asked, cwd, args, restart, fleet, limit } = request
  const { set, unset } = variables.environment
  return {
    version: 1,
    name: run.name,
    profile: profile.name,
    model: profile.target.model,
    work,
    run: request.run,
    args,
    cwd,
    startedAt,
    socket: tmux.socket,
    set,
    unset,
    extraEnv: asked.extraEnv,
    asked: asked.work,
    restart,
    fleet,
    limit,
  }
}

/** What a run's folder says of its model: its record, and what its wrapper and shells evaluate. */
export function sessionFiles(ctx: SessionContext, parts: FileParts): TextFile[] {
  const { environment, strayNames } = parts.variables
  const { shell, launcherFolder } = ctx.sessions
  return [
    ...recordFiles(recordOfRun(ctx, parts)),
    { path: 'env.sh', text: renderApply('sh', environment) },
    { path: 'env.fish', text: renderApply('fish', environment) },
    ...rcFiles({ folder: parts.run.folder, shell, launcherFolder, strayNames }),
  ]
}

/** With what the wrapper reads each time its worker has ended. */
export function recordFiles(record: SessionRecord): TextFile[] {
  const { restart = null } = record
  const policy =
    restart === null ? [] : [restart.delayMs, restart.maxDelayMs, `${restart.maxRestarts}\n`]
  return [
    { path: 'session.json', text: `${JSON.stringify(record, null, 2)}\n` },
    { path: 'restart', text: policy.join(' ') },
  ]
}

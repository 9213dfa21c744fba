import { LlmselError } from '../../domain/errors.ts'
import type { Profile } from '../../domain/profiles/profile.ts'
import type { Environment } from '../../domain/shell/environment.ts'
import { takenNames } from '../../domain/sessions/listing.ts'
import { freeName } from '../../domain/sessions/names.ts'
import { logCommandOf } from '../../domain/sessions/log-command.ts'
import type { TextFile } from '../../domain/sessions/rc-files.ts'
import type { Run, Work } from '../../domain/sessions/session.ts'
import {
  createScript,
  killScript,
  readyChannel,
  type SessionPlan,
} from '../../domain/sessions/tmux-script.ts'
import { sessionVariables, type SessionVariables } from '../../domain/sessions/variables.ts'
import type { SessionContext, SessionPorts, TmuxReply } from '../../ports.ts'
import type { Helped } from './agent-help.ts'
import { NEW_LOG, sessionFiles } from './files.ts'

export interface LaunchRequest extends Helped {
  readonly profile: Profile
  readonly environment: Environment
  /** Checked; `explicit`: the person asked for this very name. */
  readonly name: { readonly text: string; readonly explicit: boolean }
  /** Absolute and existing. */
  readonly cwd: string
  /** As they were given. */
  readonly run: string | null
  readonly args: readonly string[]
}

export interface Launched {
  readonly run: Run
  /** tmux's own ids. */
  readonly sessionId: string
  readonly paneId: string
  readonly pid: number
}

export interface Draft {
  readonly run: Run
  readonly plan: SessionPlan
  readonly files: readonly TextFile[]
}

/** Each lost race against another `session new` costs an attempt. */
const ATTEMPTS = 50

/**
 * Starts the session, or leaves nothing behind. tmux is asked who has the name only once it has
 * refused it, since that costs a process.
 * @throws LlmselError `conflict` when an explicit name is taken.
 */
export function launch(ctx: SessionContext, request: LaunchRequest): Launched {
  let name = request.name.text
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const launched = launchAs(ctx, request, name)
    if (launched !== null) return launched
    name = untakenName(ctx, request)
  }
  throw new LlmselError('io', `tmux has no free name for the session after ${ATTEMPTS} attempts`)
}

/** Null: another session has the name. */
function launchAs(ctx: SessionContext, request: LaunchRequest, name: string): Launched | null {
  const { tmux, folders } = ctx.sessions
  const { run, plan, files } = draft(ctx, request, name)
  folders.create(run, files)
  let launched: Launched | null = null
  try {
    const reply = tmux.run(createScript(plan))
    const begun = created(run, reply)
    if (reply.message === null) launched = begun
    // A session that was only half set up is not left running.
    else if (begun !== null) tmux.run(killScript(begun.sessionId))
    if (launched === null && !lostRace(reply)) throw failure(reply)
  } finally {
    if (launched === null) folders.remove(run.folder)
  }
  return launched
}

/** What would be started now, under the name that it would get; changes nothing. */
export function draftNow(ctx: SessionContext, request: LaunchRequest): Draft {
  return draft(ctx, request, untakenName(ctx, request))
}

function draft(ctx: SessionContext, request: LaunchRequest, name: string): Draft {
  const run = ctx.sessions.folders.newRun(name)
  const startedAt = ctx.clock.now().toISOString()
  const { profile, environment, extraEnv } = request
  const variables = sessionVariables({ run, profile: profile.name, environment, extraEnv }, ctx.env)
  const plan = planOf(ctx, request, { run, startedAt, variables })
  const { asked, work, args, cwd } = request
  const record = {
    name,
    profile: plan.profile,
    model: plan.model,
    work,
    run: request.run,
    args,
    cwd,
    startedAt,
    asked: asked.work,
    extraEnv: asked.extraEnv,
  }
  return { run, plan, files: [...sessionFiles(ctx, { run, record, variables }), NEW_LOG] }
}

function untakenName({ sessions }: SessionContext, { name }: LaunchRequest): string {
  const taken = takenNames(sessions.tmux.list())
  if (!name.explicit || !taken.has(name.text)) return freeName(name.text, taken)
  throw new LlmselError('conflict', `a session named ${name.text} is running`, {
    hint: `to it: llmsel session attach ${name.text}`,
  })
}

interface PlanParts {
  readonly run: Run
  readonly startedAt: string
  readonly variables: SessionVariables
}

function planOf(
  { sessions }: SessionContext,
  request: LaunchRequest,
  parts: PlanParts,
): SessionPlan {
  const { run, variables } = parts
  const { profile, work, cwd } = request
  const isTyped = work.kind === 'shell' && work.typed !== null
  return {
    run,
    profile: profile.name,
    model: profile.target.model,
    kind: work.kind,
    cwd,
    startedAt: parts.startedAt,
    argv: paneArgv(sessions, run, work),
    set: { ...variables.tmuxSet, ...(isTyped ? { LLMSEL_READY: readyChannel(run.id) } : {}) },
    unset: variables.tmuxUnset,
    logCommand: logCommandOf(sessions.loggerPath, run.folder),
  }
}

/** The first pane's process. With a single word tmux would hand it to a shell. */
export function paneArgv({ wrapperPath }: SessionPorts, { folder }: Run, work: Work): string[] {
  return work.kind === 'worker'
    ? ['/bin/sh', wrapperPath, folder, ...work.argv]
    : ['/bin/sh', `${folder}/shell`]
}

function created(run: Run, { output }: TmuxReply): Launched | null {
  const [sessionId, paneId, pid] = output.trim().split('\t')
  if (sessionId?.startsWith('$') !== true || paneId === undefined || pid === undefined) return null
  return { run, sessionId, paneId, pid: Number(pid) }
}

/**
 * Another `session new` took the name, or the dead session that had it; or the server was just about
 * to end with its last session.
 */
function lostRace({ message }: TmuxReply): boolean {
  return /duplicate session|can't find session|server exited|lost server/.test(message ?? '')
}

function failure({ message }: TmuxReply): LlmselError {
  const reason = message ?? 'it started no session, and did not say why'
  return new LlmselError('io', `tmux could not start the session: ${reason}`)
}

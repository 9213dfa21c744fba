import { isLlmselError, LlmselError } from '../../domain/errors.ts'
import { isoTime } from '../../domain/models/dates.ts'
import { takenNames } from '../../domain/sessions/listing.ts'
import { freeName } from '../../domain/sessions/names.ts'
import { logCommandOf } from '../../domain/sessions/log-command.ts'
import type { TextFile } from '../../domain/sessions/rc-files.ts'
import type { Run, Work } from '../../domain/sessions/session.ts'
import {
  completeLine,
  createScript,
  killScript,
  parseCreations,
  readyChannel,
  type SessionPlan,
} from '../../domain/sessions/tmux-script.ts'
import { sessionVariables, type SessionVariables } from '../../domain/sessions/variables.ts'
import type { SessionContext, SessionPorts, TmuxReply } from '../../ports.ts'
import { NEW_LOG, sessionFiles } from './files.ts'
import type { LaunchRequest } from './request.ts'

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
  return beginLaunch(ctx, request).end()
}

/**
 * The same, where something else can be done until its end is asked for, which must be. `run`: the
 * first attempt's, which nearly always is the one.
 */
export function beginLaunch(
  ctx: SessionContext,
  request: LaunchRequest,
): { readonly run: Run; readonly end: () => Launched } {
  const first = launchAs(ctx, request, request.name.text)
  const end = () => {
    let tried = first.end()
    for (let attempt = 1; 'reply' in tried && attempt < ATTEMPTS; attempt++)
      tried = launchAs(ctx, request, untakenName(ctx, request)).end()
    if ('reply' in tried) throw failure(tried.reply)
    return tried
  }
  return { run: first.run, end }
}

/** The race for the name was lost, or for the server; what tmux said. */
interface Lost {
  readonly reply: TmuxReply
}

function launchAs(
  ctx: SessionContext,
  request: LaunchRequest,
  name: string,
): { readonly run: Run; readonly end: () => Launched | Lost } {
  const made = create(ctx, request, name)
  const endStarted = start(ctx, [made])
  const end = () => {
    const { launched, reply } = endStarted()
    if (!launched.has(made) && !lostRace(reply)) throw failure(reply)
    return launched.get(made) ?? { reply }
  }
  return { run: made.run, end }
}

/**
 * Many in one tmux call, each under the very name that it asks for. Those that tmux refuses are tried
 * by themselves, which tells why.
 */
export function launchTogether(
  ctx: SessionContext,
  requests: readonly LaunchRequest[],
): { readonly request: LaunchRequest; readonly outcome: Launched | LlmselError }[] {
  const drafts = requests.map((request) => ({
    request,
    made: attempt(() => create(ctx, request, request.name.text)),
  }))
  const { launched } = start(
    ctx,
    drafts.flatMap(({ made }) => (isLlmselError(made) ? [] : [made])),
  )()
  return drafts.map(({ request, made }) => ({
    request,
    outcome: isLlmselError(made)
      ? made
      : (launched.get(made) ?? attempt(() => launch(ctx, request))),
  }))
}

/** The failures that a person can act on; anything else is a bug. */
function attempt<T>(action: () => T): T | LlmselError {
  try {
    return action()
  } catch (error) {
    if (isLlmselError(error)) return error
    throw error
  }
}

function create(ctx: SessionContext, request: LaunchRequest, name: string): Draft {
  const made = draft(ctx, request, name)
  ctx.sessions.folders.create(made.run, made.files)
  return made
}

interface Start {
  readonly launched: ReadonlyMap<Draft, Launched>
  readonly reply: TmuxReply
}

/** Of those that are not in `launched`, nothing is left. */
function start(ctx: SessionContext, drafts: readonly Draft[]): () => Start {
  const { tmux, folders } = ctx.sessions
  try {
    const script = drafts.map(({ plan }) => createScript(plan)).join('')
    const end = tmux.begin(script, drafts.map(({ run }) => `${completeLine(run)}\n`).at(-1) ?? '')
    return () => endStart(ctx, drafts, end)
  } catch (error) {
    for (const { run } of drafts) folders.remove(run.folder)
    throw error
  }
}

function endStart(
  { sessions: { tmux, folders } }: SessionContext,
  drafts: readonly Draft[],
  end: () => TmuxReply,
): Start {
  const launched = new Map<Draft, Launched>()
  try {
    const reply = end()
    const creations = parseCreations(reply.output)
    if ([...creations.values()].some(({ lasts }) => !lasts)) throw unlasting()
    for (const made of drafts) {
      const found = creations.get(made.run.name)
      if (found?.complete === true) launched.set(made, { run: made.run, ...found })
      // A session that was only half set up is not left running.
      else if (found !== undefined) tmux.run(killScript(found.sessionId))
    }
    return { launched, reply }
  } finally {
    for (const made of drafts) if (!launched.has(made)) folders.remove(made.run.folder)
  }
}

/** What would be started now, under the name that it would get; changes nothing. */
export function draftNow(ctx: SessionContext, request: LaunchRequest): Draft {
  return draft(ctx, request, untakenName(ctx, request))
}

function draft(ctx: SessionContext, request: LaunchRequest, name: string): Draft {
  const run = ctx.sessions.folders.newRun(name)
  return draftOf(ctx, request, { run, startedAt: isoTime(ctx.clock.now()) })
}

interface Moment {
  readonly run: Run
  readonly startedAt: string
}

/** What starts that very run. */
export function draftOf(
  ctx: SessionContext,
  request: LaunchRequest,
  { run, startedAt }: Moment,
): Draft {
  const { profile, environment, extraEnv } = request
  const variables = sessionVariables({ run, profile: profile.name, environment, extraEnv }, ctx.env)
  const parts = { run, request, startedAt, variables }
  return {
    run,
    plan: planOf(ctx, request, parts),
    // An empty one says no more than none.
    files: [...sessionFiles(ctx, parts).filter(({ text }) => text !== ''), NEW_LOG],
  }
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
    fleet: request.fleet,
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

/**
 * Another `session new` took the name, or the dead session that had it; or the server was just about
 * to end with its last session.
 */
function lostRace({ message }: TmuxReply): boolean {
  return /duplicate session|can't find session|server exited|lost server/.test(message ?? '')
}

function unlasting(): LlmselError {
  const message = 'no session lasts: tmux ends where nobody is attached (exit-unattached is on)'
  return new LlmselError('conflict', message, {
    hint: 'write into tmux.conf: set-option -s exit-unattached off',
  })
}

function failure({ message }: TmuxReply): LlmselError {
  const reason = message ?? 'it started no session, and did not say why'
  return new LlmselError('io', `tmux could not start the session: ${reason}`)
}

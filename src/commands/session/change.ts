import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { environmentOf } from '../../domain/profiles/environment.ts'
import { routeIn } from '../../domain/profiles/gateway-route.ts'
import { resolveProfile } from '../../domain/profiles/resolve.ts'
import { modelWarnings } from '../../domain/profiles/warnings.ts'
import { againLine } from '../../domain/sessions/again.ts'
import type { EnvironmentChange } from '../../domain/sessions/change-script.ts'
import type { TextFile } from '../../domain/sessions/rc-files.ts'
import { runAt, type SessionRecord, type SessionView } from '../../domain/sessions/session.ts'
import {
  parseExtraEnv,
  sessionVariables,
  type SessionVariables,
} from '../../domain/sessions/variables.ts'
import type { Environment } from '../../domain/shell/environment.ts'
import type { SessionContext } from '../../ports.ts'
import { helped } from './agent-help.ts'
import { recordFiles, recordOfRun, sessionFiles } from './files.ts'
import type { LaunchRequest } from './request.ts'

/** What a session that exists is to be from now on. */
export interface Wanted {
  /** Null: the one that it has. */
  readonly profile: string | null
  /** Further `NAME=VALUE`. */
  readonly env: readonly string[]
}

export const AS_IT_IS: Wanted = { profile: null, env: [] }

export interface Change {
  readonly record: SessionRecord
  /** To be written over those of its folder. */
  readonly files: readonly TextFile[]
  /** For what tmux starts in the session from now on. */
  readonly environment: EnvironmentChange
}

/** @throws LlmselError where nothing is kept about the session. */
export function recordOf({ sessions }: SessionContext, view: SessionView): SessionRecord {
  const record = sessions.folders.record(view.folder)
  if (record !== null) return record
  throw new LlmselError('not-found', `nothing is kept about ${view.name} in ${view.folder}`, {
    hint: `end it: llmsel session stop ${view.name}`,
  })
}

/** Works out the change and does nothing yet; a profile that does not exist is refused here. */
export function changeOf(ctx: SessionContext, view: SessionView, wanted: Wanted): Change {
  const before = recordOf(ctx, view)
  if (wanted.profile === null && wanted.env.length === 0) {
    return unchanged({ ...before, startedAt: ctx.clock.now().toISOString() })
  }
  return changeTo(ctx, { view, before, request: requestAgain(ctx, before, wanted) })
}

interface Replacement {
  readonly view: SessionView
  readonly before: SessionRecord
  readonly request: LaunchRequest
}

/** The same session for another request. */
export function changeTo(ctx: SessionContext, { view, before, request }: Replacement): Change {
  const run = runAt(before.name, view.folder)
  const { profile, environment, extraEnv } = request
  const choice = { run, profile: profile.name, environment, extraEnv }
  const variables = withoutLosses(sessionVariables(choice, ctx.env), before, environment)
  const parts = { run, request, startedAt: ctx.clock.now().toISOString(), variables }
  return {
    record: recordOfRun(ctx, parts),
    files: sessionFiles(ctx, parts),
    environment: {
      set: variables.tmuxSet,
      unset: [...variables.tmuxUnset, ...stale(variables, before)],
    },
  }
}

/** What the record's session was started with, with what is wanted otherwise now. */
export function requestAgain(
  ctx: SessionContext,
  record: SessionRecord,
  wanted: Wanted,
): LaunchRequest {
  const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const profile = resolveProfile(source, wanted.profile ?? record.profile)
  for (const warning of modelWarnings(profile, source)) ctx.streams.err(`llmsel: ${warning}\n`)
  // The token stays: what the gateway takes it for is told to it after the change.
  const environment = environmentOf(profile, source, routeIn(record.set))
  const asked = {
    work: record.asked ?? record.work,
    extraEnv: { ...record.extraEnv, ...parseExtraEnv(wanted.env) },
  }
  const help = helped(ctx, asked, { profile, environment })
  const problem = help.agent?.problem ?? null
  if (problem !== null) ctx.streams.err(`llmsel: ${problem}\n`)
  const { name, cwd, run, args, restart = null, fleet = null, limit = null } = record
  const wantsGateway = routeIn(record.set) !== null
  const rest = {
    name: { text: name, explicit: true },
    cwd,
    run,
    args,
    restart,
    fleet,
    limit,
    wantsGateway,
  }
  return { profile, environment, ...help, ...rest }
}

function unchanged(record: SessionRecord): Change {
  return { record, files: recordFiles(record), environment: { set: {}, unset: [] } }
}

/** The person's own keys, which the session was started with, stay where this shell has none. */
function withoutLosses(
  variables: SessionVariables,
  { set, unset }: SessionRecord,
  { release }: Environment,
): SessionVariables {
  const own = new Set(release.filter((name) => !Object.hasOwn(set, name) && !unset.includes(name)))
  return {
    ...variables,
    tmuxUnset: variables.tmuxUnset.filter((name) => !own.has(name)),
    strayNames: variables.strayNames.filter((name) => !own.has(name)),
  }
}

/** What only the profile before had set. */
function stale({ tmuxSet, tmuxUnset }: SessionVariables, { set }: SessionRecord): string[] {
  return Object.keys(set).filter(
    (name) => !Object.hasOwn(tmuxSet, name) && !tmuxUnset.includes(name),
  )
}

/** Where its files cannot help, the line that starts it anew. */
export function lost(name: string, what: string, record: SessionRecord): LlmselError {
  return new LlmselError('conflict', `${name}: ${what}`, {
    hint: `start it anew: ${againLine(record)}`,
  })
}

/** One change at a time, and nobody takes the end of the process before for the session's. */
export async function holding<T>(
  { sessions: { folders } }: SessionContext,
  { name, folder }: SessionView,
  action: () => Promise<T>,
): Promise<T> {
  if (!folders.hold(folder)) {
    throw new LlmselError('conflict', `${name} is just being changed by another llmsel`)
  }
  try {
    return await action()
  } finally {
    folders.release(folder)
  }
}

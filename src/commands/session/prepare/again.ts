import type { Hop } from '../../../domain/failover/readiness.ts'
import { environmentOf } from '../../../domain/profiles/environment.ts'
import { nextChangeOf } from '../../../domain/profiles/next-change.ts'
import { needsOllama } from '../../../domain/sessions/forecast.ts'
import { slug } from '../../../domain/sessions/names.ts'
import { notedPrograms, type NotedPrograms } from '../../../domain/sessions/noted-programs.ts'
import { preparedCode, standInsOf, type StandIns } from '../../../domain/sessions/prepared.ts'
import type { Run } from '../../../domain/sessions/session.ts'
import { createScript } from '../../../domain/sessions/tmux-script.ts'
import { resolveWorker } from '../../../domain/sessions/worker.ts'
import { quote } from '../../../domain/shell/quote.ts'
import type { SessionContext } from '../../../ports.ts'
import { draftOf } from '../launch.ts'
import type { Choice, LaunchRequest } from '../request.ts'
import { wayOf, type Way } from './gateway.ts'
import { plainRun } from './plain.ts'
import { saidOf } from './said.ts'
import { variablesOf, type PreparedVariables } from './variables.ts'

export interface Launch {
  readonly choice: Choice
  readonly request: LaunchRequest
  /** Of the session that has been started. */
  readonly run: Run
  /** As it is told. */
  readonly chain: readonly Hop[]
  /** What the gateway said of its keys before it was asked for the chain; null: nothing. */
  readonly keys: string | null
}

/**
 * Keeps for the launcher how this session was started: asked for in the same words, in the same folder,
 * it starts one without Node, after a shell has found out that all is as it was.
 */
export async function prepareAgain(ctx: SessionContext, launch: Launch): Promise<void> {
  const { choice, request } = launch
  const { profile, cwd } = request
  const run = plainRun(ctx, choice, request)
  if (run === null) return
  const standIns = standInsOf(launch.run.id)
  const variables = variablesOf(ctx.env, request, standIns)
  const programs = notedPrograms({
    programs: ctx.sessions.programs(null),
    path: ctx.env['PATH'] ?? '',
    timeNs: (path) => ctx.sessions.changedAtNs(path),
  })
  const worker = testsOfWorker(programs, { run, request, callerCwd: ctx.cwd })
  if (variables === null || worker === null) return
  const { keys } = launch
  const way = await wayOf(ctx, request, { keys, caller: variables.caller, standIns })
  if (way === 'unknown') return
  const code = await codeOf(ctx, launch, { variables, way, standIns })
  if (code === null) return
  await ctx.fragments.keepLaunch({
    profile: profile.name,
    cwd,
    askedIn: ctx.env['PWD'] ?? cwd,
    run,
    tests: [...variables.tests, ...hostTests(ctx), ...(way?.tests ?? []), ...worker],
    read: programs.read(),
    code,
    configChangedAtNs: ctx.config.changedAtNs(),
    refreshedAtNs: ctx.config.refreshedAtNs(),
    until: nextChangeOf(choice.source, profile),
  })
}

const MIN_COLUMNS = 80

interface Worker {
  readonly run: string
  readonly request: LaunchRequest
  readonly callerCwd: string
}

/** Null: it would not be the same worker, or a shell cannot find that out. */
function testsOfWorker(
  programs: NotedPrograms,
  { run, request: { work, cwd }, callerCwd }: Worker,
): readonly string[] | null {
  const argv = resolveWorker({ run, args: [], cwd, callerCwd }, programs)
  const isSame = work.kind === 'worker' && argv.join('\0') === work.argv.join('\0')
  return isSame ? programs.tests() : null
}

function hostTests({ sessions: { shell, playerPath, launcherFolder } }: SessionContext): string[] {
  const isIts = `[ "$0" -ef ${quote('sh', `${launcherFolder}/llmsel`)} ]`
  return [`[ -x ${quote('sh', shell)} ]`, `[ -f ${quote('sh', playerPath)} ]`, isIts]
}

interface Parts {
  readonly variables: PreparedVariables
  readonly way: Way | null
  readonly standIns: StandIns
}

/** Null: what is to be said of it would not be sure. */
async function codeOf(
  ctx: SessionContext,
  { choice, request, run: { folder }, chain }: Launch,
  { variables: { caller }, way, standIns }: Parts,
): Promise<string | null> {
  const { profile } = request
  // In a narrower one a line may break where it would not with the name in its place.
  const columns = ctx.streams.columns < MIN_COLUMNS ? null : ctx.streams.columns
  const sessionsFolder = folder.slice(0, folder.lastIndexOf('/'))
  const { name, runId: id, startedAt } = standIns
  const run = { name, id, folder: `${sessionsFolder}/${name}.${id}` }
  const routed =
    way === null
      ? request
      : { ...request, environment: environmentOf(profile, choice.source, way.route) }
  const told = { request: routed, run, chain, columns, isRouted: way !== null, standIns }
  const said = await saidOf(told)
  if (said === null) return null
  const { plan, files } = draftOf({ ...ctx, env: caller }, routed, { run, startedAt })
  const prepared = {
    sessionsFolder,
    name: slug(profile.name),
    files,
    script: createScript(plan),
    asksOllama: needsOllama(profile),
    gateway: way?.gateway ?? null,
    columns,
    said,
    player: ctx.sessions.playerPath,
  }
  return preparedCode(prepared, standIns)
}

import { AUTOSTART, hasOverrides, OVERRIDES } from '../../domain/config/source.ts'
import { KEYS, type Hop } from '../../domain/failover/readiness.ts'
import { nextChangeOf } from '../../domain/profiles/next-change.ts'
import { OLLAMA_URL } from '../../domain/profiles/ollama-host.ts'
import { modelWarnings } from '../../domain/profiles/warnings.ts'
import { forecast, needsOllama } from '../../domain/sessions/forecast.ts'
import { slug } from '../../domain/sessions/names.ts'
import { notedPrograms, type NotedPrograms } from '../../domain/sessions/noted-programs.ts'
import {
  ownValueStandIn,
  ownValueTest,
  preparedCode,
  sameValueTest,
  STAND_INS,
  type Said,
} from '../../domain/sessions/prepared.ts'
import type { Run } from '../../domain/sessions/session.ts'
import { createScript } from '../../domain/sessions/tmux-script.ts'
import { isOfTheChoice } from '../../domain/sessions/variables.ts'
import { resolveWorker } from '../../domain/sessions/worker.ts'
import { quote } from '../../domain/shell/quote.ts'
import type { Env, SessionContext, Streams } from '../../ports.ts'
import { draftOf } from './launch.ts'
import type { Choice, LaunchRequest, NewOptions } from './request.ts'
import { announcementOf, tellStarted, toldOf } from './started.ts'

interface Launch {
  readonly choice: Choice
  readonly request: LaunchRequest
  /** Of the session that has been started. */
  readonly run: Run
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
  const programs = notedPrograms({
    programs: ctx.sessions.programs(null),
    path: ctx.env['PATH'] ?? '',
    timeNs: (path) => ctx.sessions.changedAtNs(path),
  })
  const variables = variablesOf(ctx.env, request)
  const found = testsOfWorker(programs, { run, request, callerCwd: ctx.cwd })
  if (variables === null || found === null) return
  await ctx.fragments.keepLaunch({
    profile: profile.name,
    cwd,
    run,
    tests: [...variables.tests, ...shellTests(ctx), ...found],
    read: programs.read(),
    code: await codeOf(ctx, launch, variables.caller),
    configChangedAtNs: ctx.config.changedAtNs(),
    refreshedAtNs: ctx.config.refreshedAtNs(),
    until: nextChangeOf(choice.source, profile),
  })
}

/** What the launcher takes for `--run` by itself. */
const PLAIN_RUN = /^[A-Za-z0-9_./][A-Za-z0-9_./ -]*$/

/** Null: something is wanted that the launcher leaves to Node. */
function plainRun(
  ctx: SessionContext,
  { options, args, profile, source }: Choice,
  { agent, work, wantsGateway }: LaunchRequest,
): string | null {
  const isPlain =
    isPlainWish(options, args) &&
    !(wantsGateway || work.kind !== 'worker' || agent !== null) &&
    modelWarnings(profile, source).length === 0 &&
    (!needsOllama(profile) || (source.baseUrls.ollama ?? OLLAMA_URL) === OLLAMA_URL) &&
    isPlainShell(ctx)
  return isPlain ? (options.run ?? null) : null
}

function isPlainWish(options: NewOptions, args: readonly string[]): boolean {
  const { run = '', cwd, env, limit, shell, gateway } = options
  const isElsewhere = cwd !== undefined || env.length > 0 || args.length > 0
  const isOther = limit !== undefined || shell === true || gateway === false
  return !isElsewhere && !isOther && PLAIN_RUN.test(run) && !run.includes('..')
}

/** As the launcher asks in `is_outside`, too. */
function isPlainShell({ env, sessions }: SessionContext): boolean {
  const isInside = Object.keys(env).some(
    (name) => name === 'TMUX' || name === 'TMUX_PANE' || isOfTheChoice(name),
  )
  return !isInside && !hasOverrides(env) && (env['SHELL'] ?? sessions.shell) === sessions.shell
}

interface PreparedVariables {
  readonly tests: readonly string[]
  /** The person's, with stand-ins for the values that a session gets. */
  readonly caller: Env
}

/** Everything else in the environment goes into no plan, or comes to tmux from the launcher as it is. */
const SAME = ['PATH', 'SHELL', 'LLMSEL_TMUX_SOCKET', AUTOSTART, ...Object.values(OVERRIDES)]

/** Null: a value cannot be put where the session's is told to tmux. */
function variablesOf(env: Env, { environment }: LaunchRequest): PreparedVariables | null {
  const { release } = environment
  const own = release.map((name) => ownValueTest(name, env[name]))
  const known = new Set(release)
  const keys = Object.values(KEYS)
    .flat()
    .filter((name) => !known.has(name))
  const isSet = (name: string) => `[ -${(env[name] ?? '') === '' ? 'z' : 'n'} "\${${name}-}" ]`
  const tests = [...SAME.map((name) => sameValueTest(name, env[name])), ...keys.map(isSet), ...own]
  const values = release.filter((name) => env[name] !== undefined)
  const standIns = values.map((name) => [name, ownValueStandIn(name)])
  const all = tests.flatMap((test) => test ?? [])
  return all.length < tests.length
    ? null
    : { tests: all, caller: { ...env, ...Object.fromEntries(standIns) } }
}

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

function shellTests({ sessions: { shell, playerPath } }: SessionContext): string[] {
  return [`[ -x ${quote('sh', shell)} ]`, `[ -f ${quote('sh', playerPath)} ]`]
}

async function codeOf(
  ctx: SessionContext,
  { choice, request, run: { folder } }: Launch,
  caller: Env,
): Promise<string> {
  const { profile } = request
  const sessionsFolder = folder.slice(0, folder.lastIndexOf('/'))
  const { name, runId: id, startedAt } = STAND_INS
  const run = { name, id, folder: `${sessionsFolder}/${name}.${id}` }
  const { plan, files } = draftOf({ ...ctx, env: caller }, request, { run, startedAt })
  const asksOllama = needsOllama(profile)
  const said: Said[] = []
  for (const ollama of asksOllama ? (['listens', 'silent'] as const) : (['silent'] as const)) {
    const facts = { profile, extraEnv: {}, caller: ctx.env, ollamaUrl: OLLAMA_URL, ollama }
    const told = { request, run, chain: forecast(facts), columns: ctx.streams.columns }
    for (const to of ['pipe', 'terminal', 'short'] as const)
      said.push({ ollama, to, ...(await saidTo(to, told)) })
  }
  return preparedCode({
    sessionsFolder,
    name: slug(choice.profile.name),
    files,
    script: createScript(plan),
    asksOllama,
    columns: ctx.streams.columns,
    said,
    player: ctx.sessions.playerPath,
  })
}

interface Told {
  readonly request: LaunchRequest
  readonly run: Run
  readonly chain: readonly Hop[]
  readonly columns: number
}

async function saidTo(
  to: Said['to'],
  { request, run, chain, columns }: Told,
): Promise<Pick<Said, 'out' | 'err'>> {
  const said = { out: '', err: '' }
  const streams: Streams = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTty: to !== 'pipe',
    canPrompt: false,
    color: false,
    columns,
    isClosed: () => false,
  }
  const log = to === 'short' ? 'x'.repeat(columns) : STAND_INS.log
  const told = { ...toldOf(request, { run, chain }), log }
  await tellStarted(streams, announcementOf(streams, told), { json: false })
  return said
}

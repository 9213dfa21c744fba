import { Command, Option } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Hop } from '../../domain/failover/readiness.ts'
import { OLLAMA_URL } from '../../domain/profiles/ollama-host.ts'
import { routeIn } from '../../domain/profiles/gateway-route.ts'
import { resolveProfile, type ProfileSource } from '../../domain/profiles/resolve.ts'
import { BUILT_IN_DEFAULT } from '../../domain/profiles/scope.ts'
import { modelWarnings } from '../../domain/profiles/warnings.ts'
import { describeHelp } from '../../domain/sessions/agents.ts'
import { forecast, needsOllama } from '../../domain/sessions/forecast.ts'
import { describeState, exitCodeOf } from '../../domain/sessions/states.ts'
import type { Run } from '../../domain/sessions/session.ts'
import { createScript } from '../../domain/sessions/tmux-script.ts'
import { maskSecrets } from '../../domain/sessions/variables.ts'
import type { SessionContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { endOfState, type SessionEnd, type StartedSession } from '../../ui/session.ts'
import { leaveGateway, registerAgain, throughGateway } from './gateway.ts'
import { beginLaunch, draftNow, type Launched } from './launch.ts'
import { launchRequest, type Choice, type LaunchRequest, type NewOptions } from './request.ts'
import { announcementOf, tellStarted, toldOf, type Announcement } from './started.ts'
import { endOf, logWhole, typeWhenReady } from './waiting.ts'

const EXAMPLES = `
Examples:
  llmsel session new budget --run workers/crawler_service.py
  llmsel session new free --run 'make crawl' --name crawler --wait
  llmsel session new budget --run tools/job.py --env DEPTH=3 -- --all
  llmsel session new budget --limit 5/day --run claude
  llmsel session new premium --attach             # a shell
  llmsel session new haiku --shell --run claude    # typed into a shell

--run: a file is run by its shebang or its extension (.py: the project's .venv,
else python3); anything else is a shell command. Without --run, the words after
-- are a program and its arguments; without those, an interactive shell starts.
`

export function newCommand(ctx: SessionContext): Command {
  const command = new Command('new')
  return command
    .usage('[options] [profile] [-- args...]')
    .argument('[profile]', 'a profile, an alias or a model id (default: the configured one)')
    .argument('[args...]', "the worker's arguments, after --")
    .option('--name <name>', "the session's name (default: the profile's)")
    .option('--run <command>', 'a worker file or a shell command')
    .option('--cwd <folder>', 'where it runs (default: here)')
    .addOption(
      new Option('--env <NAME=VALUE>', 'a further variable; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--shell', 'an interactive shell, in which --run is typed')
    .option('--attach', 'show the session on this terminal')
    .option('--wait', "wait for the worker's end and exit with its code")
    .option('--limit <AMOUNT/PERIOD>', 'it may spend so much, such as 5/day or 5/day,100/month')
    .option('--no-gateway', 'its programs ask the providers themselves, without failover')
    .option('--dry-run', 'print what would be done; do nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async () => await run(ctx, choiceOf(ctx, command)))
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}

function choiceOf(ctx: SessionContext, command: Command): Choice {
  const options = command.opts<NewOptions>()
  // Commander takes the -- of `--run -- make` for the command.
  if (options.run === '--') throw new LlmselError('usage', '--run needs a file or a command')
  const { before, after } = splitAtDashes(command)
  const [name, stray] = before
  if (stray !== undefined) {
    throw new LlmselError('usage', `unexpected argument ${JSON.stringify(stray)}`, {
      hint: "the worker's arguments go after --",
    })
  }
  const settings = ctx.config.read()
  const source = profileSource(settings, ctx.env, ctx.clock.now())
  const profile = resolveProfile(source, name ?? settings.default ?? BUILT_IN_DEFAULT)
  return { settings, source, profile, args: after, options }
}

/** Commander forgets where `--` stood; the root command still has the words as they came. */
function splitAtDashes(command: Command): { before: string[]; after: string[] } {
  let root = command
  while (root.parent !== null) root = root.parent
  const words: unknown = Reflect.get(root, 'rawArgs')
  const dashes = Array.isArray(words) ? words.indexOf('--') : -1
  const count = Array.isArray(words) && dashes >= 0 ? words.length - dashes - 1 : 0
  const split = command.args.length - count
  return { before: command.args.slice(0, split), after: command.args.slice(split) }
}

async function run(ctx: SessionContext, choice: Choice): Promise<void> {
  const { options, profile, source } = choice
  const checked = launchRequest(ctx, choice)
  if (checked.agent !== null && checked.agent.problem !== null) say(ctx, checked.agent.problem)
  if (options.dryRun !== true) ctx.sessions.tmux.prepare('sure')
  for (const warning of modelWarnings(profile, source)) say(ctx, warning)
  if (options.dryRun === true) return await printDraft(ctx, checked, options)
  const request = await routed(ctx, choice, checked)
  const { launched, announcement: making } = await launchOrLeave(ctx, choice, request)
  const announcement = await making
  const { name } = announcement.told
  if (name !== request.name.text)
    say(ctx, `a session named ${request.name.text} is running; this one is ${name}`)
  await tellStarted(ctx.streams, announcement, { json: options.json === true })
  const end = await follow(ctx, { request, launched, options })
  if (options.json !== true) return
  const session: StartedSession = { ...announcement.told, pid: launched.pid, end }
  await print(ctx.streams, { data: session, view: () => [] }, options)
}

/** Through the gateway, unless the person does not want it or none can be had. */
async function routed(
  ctx: SessionContext,
  { source }: Choice,
  request: LaunchRequest,
): Promise<LaunchRequest> {
  const { requests, problem } = await throughGateway(ctx, source, [request])
  if (problem !== null) say(ctx, problem)
  return requests[0] ?? request
}

/** As the gateway finds it, or else a program in the session. */
async function chainOf(
  ctx: SessionContext,
  { profile, environment, extraEnv }: LaunchRequest,
  source: ProfileSource,
): Promise<readonly Hop[]> {
  const route = routeIn(environment.set)
  if (route !== null) {
    const hops = await (await ctx.openGateway()).chain(profile.name, route.token)
    if (hops !== null) return hops.hops
  }
  const ollamaUrl = source.baseUrls.ollama ?? OLLAMA_URL
  const answers = needsOllama(profile) && (await ctx.sessions.listens(ollamaUrl))
  const ollama = answers ? 'listens' : 'silent'
  return forecast({ profile, extraEnv, caller: ctx.env, ollamaUrl, ollama })
}

/** A token is not left behind for a session that could not be started. */
async function launchOrLeave(
  ctx: SessionContext,
  choice: Choice,
  request: LaunchRequest,
): Promise<{ readonly launched: Launched; readonly announcement: Promise<Announcement> }> {
  try {
    const { run, end } = beginLaunch(ctx, request)
    const keys = await keysOf(ctx, request)
    // Made while tmux works, as is what the next start goes by, which without it is as long as this one.
    const chain = chainOf(ctx, request, choice.source)
    const tell = (hops: readonly Hop[], as: Run) =>
      announcementOf(ctx.streams, toldOf(request, { run: as, chain: hops }))
    const first = chain.then((hops) => tell(hops, run))
    const preparing = chain.then(async (hops) => {
      const { prepareAgain } = await import('./prepare/again.ts')
      await prepareAgain(ctx, { choice, request, run, chain: hops, keys })
    })
    // What fails there costs the next start alone.
    await Promise.allSettled([first, preparing])
    const launched = end()
    if (launched.run.name === run.name) return { launched, announcement: first }
    const record = ctx.sessions.folders.record(launched.run.folder)
    if (record !== null) await registerAgain(ctx, record)
    return { launched, announcement: Promise.resolve(tell(await chain, launched.run)) }
  } catch (error) {
    await leaveGateway(ctx, [request.environment])
    throw error
  }
}

/** As the gateway tells the launcher of them; null: it does not. */
async function keysOf(ctx: SessionContext, { environment }: LaunchRequest): Promise<string | null> {
  return routeIn(environment.set) === null ? null : (await ctx.openGateway()).keysWord()
}

function say({ streams }: SessionContext, text: string): void {
  streams.err(`llmsel: ${text}\n`)
}

interface Following {
  readonly request: LaunchRequest
  readonly launched: Launched
  readonly options: NewOptions
}

/** What is still to be done with a session that runs. */
async function follow(ctx: SessionContext, following: Following): Promise<SessionEnd | null> {
  const { request, launched, options } = following
  if (request.work.kind === 'shell' && request.work.typed !== null) {
    await typeWhenReady(ctx, launched, request.work.typed)
  }
  if (options.attach === true) ctx.sessions.tmux.attach(launched.sessionId)
  return options.wait === true ? await awaitEnd(ctx, launched) : null
}

async function awaitEnd(ctx: SessionContext, { run }: Launched): Promise<SessionEnd | null> {
  const { name } = run
  const state = await endOf(ctx, run)
  if (state === 'interrupted') {
    say(ctx, `no longer waiting; ${name} goes on. To end it: llmsel session stop ${name}`)
    ctx.outcome.exitCode = 130
    return null
  }
  await logWhole(ctx, run)
  ctx.outcome.exitCode = exitCodeOf(state)
  say(ctx, `${name} ${describeState(state)}`)
  return endOfState(state)
}

async function printDraft(
  ctx: SessionContext,
  request: LaunchRequest,
  options: NewOptions,
): Promise<void> {
  const { plan } = draftNow(ctx, request)
  const shown = { ...plan, set: maskSecrets(plan.set) }
  const data = {
    name: plan.run.name,
    folder: plan.run.folder,
    argv: plan.argv,
    agent: request.agent,
    tmux: createScript(shown),
  }
  const help = request.agent === null ? null : describeHelp(request.agent)
  const view = () => [
    `# ${plan.run.name}: fed to tmux on standard input\n`,
    ...(help === null ? [] : [`# ${help}\n`]),
    data.tmux.replaceAll(' ; ', ' ; \\\n  '),
  ]
  await print(ctx.streams, { data, view }, options)
}

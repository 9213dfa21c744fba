import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { isLlmselError, LlmselError } from '../../domain/errors.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import { modelWarnings } from '../../domain/profiles/warnings.ts'
import {
  planFleet,
  startedAs,
  type PlannedMember,
  type PresentSession,
  type Step,
} from '../../domain/sessions/fleet-plan.ts'
import { takenNames } from '../../domain/sessions/listing.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { sessionVariables } from '../../domain/sessions/variables.ts'
import type { SessionContext } from '../../ports.ts'
import { openProgress } from '../../ui/progress.ts'
import { print } from '../../ui/report.ts'
import { fleetRowData, fleetTable, problemText, type FleetRow } from '../../ui/fleet.ts'
import { carryOut, type Problems } from './carry-out.ts'
import { fleetSource, memberRequests, membersOf, type MemberRequest } from './fleet.ts'
import { unready } from './readiness.ts'
import type { LaunchRequest } from './request.ts'
import { closeSessions, endSessions } from './stop.ts'
import { currentSessions } from './waiting.ts'

interface UpOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel session up                    # what llmsel.fleet.json here says
  llmsel session up night.json --dry-run
  llmsel session down                  # ends what it started

A fleet file:
  {
    "sessions": {
      "crawl": { "run": "crawl.py", "count": 4, "restart": "on-failure" },
      "review": { "profile": "premium", "run": "claude", "cwd": "../site" }
    }
  }

Keys: profile, run, args, cwd, env, count, limit ("5/day"),
restart ("never", "on-failure"); beside "sessions": include. What is missing is
started, what differs is restarted, what the file has no longer is ended. A
worker that has ended with 0 is left as it is.
`

export function upCommand(ctx: SessionContext): Command {
  return new Command('up')
    .argument('[file]', 'the fleet file (default: llmsel.fleet.json)')
    .option('--dry-run', 'print the plan; do nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: UpOptions) => {
      const fleet = await readFleet(ctx, file)
      if (options.dryRun !== true) await bringUp(ctx, fleet, options)
      else await show(ctx, fleet, { ...options, views: presentViews(fleet.steps) })
      if (fleet.problems.size > 0) ctx.outcome.exitCode = 1
    })
}

interface Fleet {
  readonly source: ProfileSource
  /** The file, absolute. */
  readonly path: string
  readonly steps: readonly Step[]
  readonly requests: ReadonlyMap<string, LaunchRequest>
  readonly problems: Problems
}

/** Everything is read and checked before anything is done. */
async function readFleet(ctx: SessionContext, file: string | undefined): Promise<Fleet> {
  const settings = ctx.config.read()
  const source = profileSource(settings, ctx.env, ctx.clock.now())
  const found = await fleetSource(ctx, file)
  const members = await membersOf(ctx, found)
  const choices = { settings, source, fleet: found.path }
  const outcomes = memberRequests(ctx, members, choices)
  const planned = outcomes.map(([name, outcome]) => ({ name, wanted: wantedOf(ctx, outcome) }))
  const rows = ctx.sessions.tmux.list()
  const steps = planFleet(planned, presentOf(ctx, found.path), takenNames(rows))
  const problems: Problems = new Map()
  const requests = new Map<string, LaunchRequest>()
  for (const [name, outcome] of outcomes) {
    if (isLlmselError(outcome)) problems.set(name, outcome)
    else requests.set(name, outcome)
  }
  for (const { name, action, why } of steps) {
    if (action !== 'refuse' || problems.has(name)) continue
    problems.set(name, new LlmselError('conflict', why.join('; '), { hint: REFUSED }))
  }
  warn(ctx, [...requests.values()], source)
  return { source, path: found.path, steps, requests, problems }
}

const REFUSED = 'give it another name in the file, or end the other one: llmsel session stop NAME'

/** Each once, however many sessions share a profile. */
function warn(
  { streams }: SessionContext,
  requests: readonly LaunchRequest[],
  source: ProfileSource,
): void {
  const texts = requests.flatMap(({ profile, agent }) => [
    ...modelWarnings(profile, source),
    ...(agent === null || agent.problem === null ? [] : [agent.problem]),
  ])
  for (const text of new Set(texts)) streams.err(`llmsel: ${text}\n`)
}

function wantedOf({ env }: SessionContext, request: MemberRequest): PlannedMember['wanted'] {
  if (isLlmselError(request)) return { problem: request.message }
  const { profile, environment, extraEnv, work, run, args, cwd, restart, limit, name } = request
  const place = { name: name.text, id: '', folder: '' }
  const choice = { run: place, profile: profile.name, environment, extraEnv }
  return {
    profile: profile.name,
    model: profile.target.model,
    kind: work.kind,
    run,
    args,
    cwd,
    set: sessionVariables(choice, env).environment.set,
    restart,
    limit,
  }
}

function presentOf(ctx: SessionContext, path: string): PresentSession[] {
  const views = currentSessions(ctx).filter(({ fleet }) => fleet === path)
  return views.map((view) => ({ view, record: ctx.sessions.folders.record(view.folder) }))
}

function presentViews(steps: readonly Step[]): SessionView[] {
  return steps.flatMap(({ present }) => present?.view ?? [])
}

async function bringUp(ctx: SessionContext, fleet: Fleet, options: UpOptions): Promise<void> {
  const { source, path, steps } = fleet
  const changing = steps.filter(({ action }) => action !== 'keep' && action !== 'refuse')
  const progress = openProgress(ctx.streams, changing.length)
  const surplus = presentViews(steps.filter(({ action }) => action === 'stop'))
  try {
    await carryOut(ctx, { ...fleet, progress })
    if (surplus.length > 0) {
      progress.doing(`ending ${surplus.length}`)
      await endSessions(ctx, surplus)
      for (const { name } of surplus) progress.done(`${name} is ended`)
    }
  } finally {
    progress.close()
  }
  const begun = changing.flatMap(({ name }) => fleet.requests.get(name) ?? [])
  for (const text of await unready(ctx, begun, source)) ctx.streams.err(`llmsel: ${text}`)
  const views = currentSessions(ctx).filter(({ fleet: file }) => file === path)
  const shown = { ...fleet, steps: steps.map((step) => outcomeOf(step, fleet.problems, views)) }
  for (const step of changing) {
    if (step.action === 'stop' || viewOf(step, views) !== null || fleet.problems.has(step.name))
      continue
    fleet.problems.set(step.name, new LlmselError('io', 'it was started, and is no longer there'))
  }
  await show(ctx, shown, { ...options, views })
  // It may be the one in which this command runs.
  closeSessions(ctx, surplus)
}

/** Its name was taken, by another `up` of this file: then it is there as it was wanted. */
function outcomeOf(step: Step, problems: Problems, views: readonly SessionView[]): Step {
  const isTaken = step.action === 'start' && problems.get(step.name)?.code === 'conflict'
  if (!isTaken || viewOf(step, views) === null) return step
  problems.delete(step.name)
  return { ...step, action: 'keep' }
}

function viewOf({ name, present }: Step, views: readonly SessionView[]): SessionView | null {
  const same = views.find(({ folder }) => folder === present?.view.folder)
  return same ?? views.find((view) => startedAs(view) === name) ?? null
}

interface Shown extends UpOptions {
  readonly views: readonly SessionView[]
}

async function show(
  ctx: SessionContext,
  fleet: Fleet,
  { views, dryRun, json }: Shown,
): Promise<void> {
  const { path, steps, requests, problems } = fleet
  const rows = steps.map((step): FleetRow => {
    const view = viewOf(step, views)
    const { profile = null } = requests.get(step.name) ?? {}
    return {
      name: step.name,
      action: step.action,
      why: step.why,
      profile: profile?.name ?? view?.profile ?? null,
      model: profile?.target.model ?? view?.model ?? null,
      view,
      problem: problems.get(step.name) ?? null,
    }
  })
  const data = { file: path, dryRun: dryRun === true, sessions: rows.map(fleetRowData) }
  await print(ctx.streams, { data, view: () => [fleetTable(rows, dryRun === true)] }, { json })
  if (json === true) return
  for (const [name, problem] of problems) ctx.streams.err(problemText(name, problem))
}

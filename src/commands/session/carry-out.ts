import { isLlmselError, type LlmselError } from '../../domain/errors.ts'
import type { Step } from '../../domain/sessions/fleet-plan.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import type { SessionContext } from '../../ports.ts'
import type { Progress } from '../../ui/progress.ts'
import { changeTo, holding, recordOf } from './change.ts'
import { keepingRoute, throughGateway } from './gateway.ts'
import { recordFiles } from './files.ts'
import { endProcesses } from './ending.ts'
import { launchTogether, type Launched } from './launch.ts'
import type { LaunchRequest } from './request.ts'
import { restartAs } from './restart.ts'
import { closeSessions, endSessions } from './stop.ts'
import { lostSessions } from './waiting.ts'

/** So many are asked of tmux at once: fewer cost calls, more leave a person without news. */
const TOGETHER = 10

/** What went wrong, by the session's name. */
export type Problems = Map<string, LlmselError>

interface Noting {
  readonly source: ProfileSource
  readonly progress: Progress
  /** Grows. */
  readonly problems: Problems
}

interface Doing extends Noting {
  readonly steps: readonly Step[]
  /** By the session's name. */
  readonly requests: ReadonlyMap<string, LaunchRequest>
}

/** Every step by itself: what fails takes none of the others down. Those to stop come later. */
export async function carryOut(ctx: SessionContext, doing: Doing): Promise<void> {
  const { steps, requests, progress } = doing
  const of = (...actions: readonly Step['action'][]) =>
    steps.filter(({ action }) => actions.includes(action))
  const replaced = of('replace').flatMap(({ present }) => present?.view ?? [])
  if (replaced.length > 0) {
    progress.doing(`ending ${replaced.length}`)
    await endSessions(ctx, replaced)
    closeSessions(ctx, replaced)
  }
  const together = of('restart').filter((step) => !isOwn(ctx, step))
  if (together.length > 0) progress.doing(`restarting ${together.length}`)
  const change = async (step: Step) => await changed(ctx, step, doing)
  await Promise.all([...together, ...of('update')].map(change))
  const wanted = of('start', 'replace').flatMap(({ name }) => requests.get(name) ?? [])
  await startAll(ctx, wanted, doing)
  // It may end this very process.
  for (const step of of('restart').filter((each) => isOwn(ctx, each))) await change(step)
}

export interface Started {
  readonly request: LaunchRequest
  readonly launched: Launched
}

/** Starts them, a few at a time; returns those that could be started. */
export async function startAll(
  ctx: SessionContext,
  wanted: readonly LaunchRequest[],
  { source, progress, problems }: Noting,
): Promise<Started[]> {
  await endOrphans(ctx, wanted)
  const { requests, problem } = await throughGateway(ctx, source, wanted)
  if (problem !== null) ctx.streams.err(`llmsel: ${problem}\n`)
  const started: Started[] = []
  for (let from = 0; from < requests.length; from += TOGETHER) {
    const group = requests.slice(from, from + TOGETHER)
    progress.doing(`starting ${group[0]?.name.text ?? ''}`)
    for (const { request, outcome } of launchTogether(ctx, group)) {
      const { name, profile } = request
      if (isLlmselError(outcome)) problems.set(name.text, outcome)
      else {
        started.push({ request, launched: outcome })
        progress.done(`${name.text} is started on ${profile.name} (${profile.target.model})`)
      }
    }
  }
  return started
}

/** Workers can outlive their tmux server; two of one would do its work twice. */
async function endOrphans(ctx: SessionContext, requests: readonly LaunchRequest[]): Promise<void> {
  const workers = requests.filter(({ work }) => work.kind === 'worker')
  const names = new Set(workers.map(({ name }) => name.text))
  const lost = names.size === 0 ? [] : lostSessions(ctx)
  const orphaned = lost.filter(({ name }) => names.has(name))
  if (orphaned.length === 0) return
  const endings = orphaned.map(({ folder }) => ({ folder, panes: [], kept: [] }))
  await endProcesses(ctx, endings, ctx.sessions.tmux.list())
}

function isOwn({ env }: SessionContext, { present }: Step): boolean {
  return present?.view.folder === env['LLMSEL_SESSION_DIR']
}

async function changed(
  ctx: SessionContext,
  { name, action, present }: Step,
  { requests, source, progress, problems }: Doing,
): Promise<void> {
  const request = requests.get(name)
  if (present === null || request === undefined) return
  try {
    if (action === 'update') await setPolicy(ctx, present.view, request)
    else {
      const before = recordOf(ctx, present.view)
      const kept = keepingRoute(ctx, source, request, before)
      await restartAs(
        ctx,
        present.view,
        changeTo(ctx, { view: present.view, before, request: kept }),
      )
    }
    progress.done(`${name} is ${action === 'update' ? 'updated' : 'restarted'}`)
  } catch (error) {
    if (!isLlmselError(error)) throw error
    problems.set(name, error)
  }
}

/** The wrapper reads it when the worker ends, so the worker goes on. */
async function setPolicy(
  ctx: SessionContext,
  view: SessionView,
  { restart }: LaunchRequest,
): Promise<void> {
  const record = { ...recordOf(ctx, view), restart }
  await holding(ctx, view, async () => {
    ctx.sessions.folders.rewrite(view.folder, recordFiles(record))
  })
}

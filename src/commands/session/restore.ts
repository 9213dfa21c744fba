import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { isLlmselError, LlmselError } from '../../domain/errors.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import type { SessionContext } from '../../ports.ts'
import { openProgress } from '../../ui/progress.ts'
import { print } from '../../ui/report.ts'
import { problemText, restoredData, restoredTable, type RestoredRow } from '../../ui/fleet.ts'
import { startAll, type Problems, type Started } from './carry-out.ts'
import { AS_IT_IS, recordOf, requestAgain } from './change.ts'
import type { LaunchRequest } from './request.ts'
import { currentSessions, lostSessions, typeWhenReady } from './waiting.ts'

interface RestoreOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel session restore            # asks first
  llmsel session restore --dry-run
  llmsel session restore --yes      # at a login, or in a script

What ran when tmux or the machine went down starts again: the same command,
folder, profile and variables, under the same name, in a log of its own. What
had ended by then, or was stopped or closed, does not. Keys come from this
shell, since no file keeps them.
`

export function restoreCommand(ctx: SessionContext): Command {
  return new Command('restore')
    .option('--dry-run', 'print what would be started; start nothing')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RestoreOptions) => {
      const { dryRun, yes, json } = options
      const canAsk = ctx.streams.canPrompt && json !== true
      if (dryRun !== true && yes !== true && !canAsk) {
        throw new LlmselError('usage', 'restore asks first, and nobody can answer here', {
          hint: 'see it: llmsel session restore --dry-run; do it: llmsel session restore --yes',
        })
      }
      await restore(ctx, options)
    })
}

async function restore(ctx: SessionContext, options: RestoreOptions): Promise<void> {
  const problems: Problems = new Map()
  const lost = lostSessions(ctx)
  const requests = requestsFor(ctx, lost, problems)
  const rows = (views: readonly SessionView[]) => rowsOf(lost, { requests, views, problems })
  if (options.dryRun === true) return await show(ctx, rows([]), options)
  if (lost.length === 0) ctx.streams.err('llmsel: nothing went down that could be started again\n')
  else if (options.yes !== true && !(await agrees(ctx, rows([])))) return
  const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const progress = openProgress(ctx.streams, requests.size)
  try {
    const launched = await startAll(ctx, [...requests.values()], { source, progress, problems })
    await Promise.all(launched.map(async (each) => await typeInto(ctx, each, problems)))
  } finally {
    progress.close()
  }
  await show(ctx, rows(currentSessions(ctx)), options)
}

/** By name; where one cannot be started any more, the problem is noted and the others go on. */
function requestsFor(
  ctx: SessionContext,
  views: readonly SessionView[],
  problems: Problems,
): Map<string, LaunchRequest> {
  const said = new Set<string>()
  const say = (text: string) => {
    if (!said.has(text)) ctx.streams.err(text)
    said.add(text)
  }
  const quiet = { ...ctx, streams: { ...ctx.streams, err: say } }
  const requests = new Map<string, LaunchRequest>()
  for (const view of views) {
    try {
      const request = requestAgain(quiet, recordOf(ctx, view), AS_IT_IS)
      if (ctx.sessions.directory(request.cwd, '/') === null)
        throw new LlmselError('not-found', `its folder is gone: ${request.cwd}`)
      const { name, target } = request.profile
      if (target.model !== view.model)
        say(`llmsel: ${name} is ${target.model} now; ${view.name} ran on ${view.model}\n`)
      requests.set(view.name, request)
    } catch (error) {
      if (!isLlmselError(error)) throw error
      problems.set(view.name, error)
    }
  }
  return requests
}

/** What was typed into a shell is typed again. */
async function typeInto(
  ctx: SessionContext,
  { request: { work, name }, launched }: Started,
  problems: Problems,
): Promise<void> {
  if (work.kind !== 'shell' || work.typed === null) return
  try {
    await typeWhenReady(ctx, launched, work.typed)
  } catch (error) {
    if (!isLlmselError(error)) throw error
    problems.set(name.text, error)
  }
}

async function agrees(ctx: SessionContext, rows: readonly RestoredRow[]): Promise<boolean> {
  const { streams } = ctx
  const table = restoredTable(rows, true)
  await print(
    { ...streams, out: streams.err, isTty: true },
    { data: rows, view: () => [table] },
    {},
  )
  const answer = await ctx.choose(rows.length === 1 ? 'Start it?' : `Start these ${rows.length}?`, [
    { name: 'yes', value: 'yes' },
    { name: 'no', value: 'no' },
  ])
  return answer === 'yes'
}

interface Outcome {
  readonly requests: ReadonlyMap<string, LaunchRequest>
  readonly views: readonly SessionView[]
  readonly problems: Problems
}

function rowsOf(
  lost: readonly SessionView[],
  { requests, views, problems }: Outcome,
): RestoredRow[] {
  return lost.map(({ name, profile, model, fleet }) => {
    const request = requests.get(name)
    return {
      name,
      profile,
      model: request?.profile.target.model ?? model,
      run: request?.run ?? (request?.args.join(' ') || null),
      cwd: request?.cwd ?? null,
      fleet,
      view: views.find((view) => view.name === name) ?? null,
      problem: problems.get(name) ?? null,
    }
  })
}

async function show(
  ctx: SessionContext,
  rows: readonly RestoredRow[],
  { dryRun, json }: RestoreOptions,
): Promise<void> {
  const isPlan = dryRun === true
  const data = { dryRun: isPlan, sessions: rows.map(restoredData) }
  await print(ctx.streams, { data, view: () => [restoredTable(rows, isPlan)] }, { json })
  const failed = rows.flatMap(({ name, problem }) => (problem === null ? [] : [{ name, problem }]))
  if (failed.length > 0) ctx.outcome.exitCode = 1
  if (json === true) return
  for (const { name, problem } of failed) ctx.streams.err(problemText(name, problem))
}

import { Command, InvalidArgumentError } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import { parseDurationMs } from '../../domain/sessions/durations.ts'
import type { Run, SessionState } from '../../domain/sessions/session.ts'
import { describeState, exitCodeOf } from '../../domain/sessions/states.ts'
import type { SessionContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { endOfState } from '../../ui/session.ts'
import { findNamed } from './find.ts'
import { endedState, goesOn, knownRuns, logWhole } from './waiting.ts'

const POLL_MS = 100
/** A worker whose wrapper was killed leaves no record: tmux is asked about it each second. */
const POLLS_PER_LISTING = 10

interface WaitOptions {
  readonly any?: boolean
  readonly timeout?: number
  readonly json?: boolean
}

interface Ended {
  readonly run: Run
  readonly state: SessionState
}

const EXAMPLES = `
Examples:
  llmsel session wait crawler                   # exits with its code
  llmsel session wait build test lint           # all; the first failure's code
  llmsel session wait build test --any          # whichever ends first
  llmsel session wait crawler --timeout 30m     # exit 1 when the time is over
`

export function waitCommand(ctx: SessionContext): Command {
  return new Command('wait')
    .argument('<sessions...>', 'whose workers to wait for')
    .option('--any', 'until the first of them has ended')
    .option('--timeout <time>', 'no longer than this, such as 30s or 2h', parseTimeout)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], options: WaitOptions) => {
      const ended = await waitFor(ctx, runsNamed(ctx, names), options)
      await Promise.all(ended.map(async ({ run }) => await logWhole(ctx, run)))
      const codes = ended.map(({ state }) => exitCodeOf(state))
      ctx.outcome.exitCode = codes.find((code) => code !== 0) ?? 0
      const data = ended.map(({ run: { name }, state }) => ({ name, ...endOfState(state) }))
      const rows = ended.map(({ run: { name }, state }) => [name, describeState(state)])
      const columns = [{ header: 'session' }, { header: 'state' }]
      await print(ctx.streams, { data, view: () => [{ columns, rows }] }, options)
    })
}

function parseTimeout(text: string): number {
  const timeoutMs = parseDurationMs(text)
  if (timeoutMs === null) throw new InvalidArgumentError('it must be a time such as 30s, 5m or 2h.')
  return timeoutMs
}

function runsNamed(ctx: SessionContext, names: readonly string[]): Run[] {
  const { folders } = ctx.sessions
  const known = knownRuns(ctx)
  const runs = [...new Set(names)].map((name) => findNamed(known, name))
  const shell = runs.find(({ folder }) => folders.record(folder)?.work.kind === 'shell')
  if (shell === undefined) return runs
  throw new LlmselError('usage', `${shell.name} is an interactive shell: there is no worker`)
}

async function waitFor(
  ctx: SessionContext,
  runs: readonly Run[],
  { any, timeout }: WaitOptions,
): Promise<Ended[]> {
  const deadline = timeout === undefined ? null : ctx.clock.now().getTime() + timeout
  const open = new Set(runs)
  for (let poll = 0; ; poll++) {
    const rows = poll % POLLS_PER_LISTING === 0 ? ctx.sessions.tmux.list() : null
    for (const run of open) if (!goesOn(ctx, run, rows)) open.delete(run)
    const ended = runs.filter((run) => !open.has(run))
    if (open.size === 0 || (any === true && ended.length > 0)) {
      const first = any === true ? ended.slice(0, 1) : ended
      return first.map((run) => ({ run, state: endedState(ctx, run) }))
    }
    if (deadline !== null && ctx.clock.now().getTime() >= deadline) throw timedOut(open)
    await ctx.sessions.pause(POLL_MS)
  }
}

function timedOut(open: ReadonlySet<Run>): LlmselError {
  const names = [...open].map(({ name }) => name).join(', ')
  return new LlmselError('timeout', `the time is over; still running: ${names}`)
}

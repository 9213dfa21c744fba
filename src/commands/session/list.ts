import { Command } from 'commander'
import { parseFraction } from '../../domain/costs/fraction.ts'
import { LlmselError } from '../../domain/errors.ts'
import { describeAge } from '../../domain/sessions/durations.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { describeSession } from '../../domain/sessions/states.ts'
import type { SessionContext } from '../../ports.ts'
import { usd } from '../../ui/money.ts'
import { print } from '../../ui/report.ts'
import { endOfState } from '../../ui/session.ts'
import type { Table } from '../../ui/table.ts'
import { allSessions, currentSessions } from './waiting.ts'

interface ListOptions {
  readonly all?: boolean
  readonly watch?: boolean
  readonly json?: boolean
}

interface Listed extends SessionView {
  readonly outputAt: Date | null
}

const EXAMPLES = `
Examples:
  llmsel session list
  llmsel session list --watch     # from second to second, until Ctrl-C
  llmsel session list --all       # also those that a reboot took
  llmsel session list --json
`

export function listCommand(ctx: SessionContext): Command {
  return new Command('list')
    .option('--all', 'also those that tmux or the machine took down')
    .option('--watch', 'on the whole terminal, as it is from second to second')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ListOptions) => {
      if (options.watch === true) return await watch(ctx, options)
      const sessions = listed(ctx, options)
      const view = () => [sessionTable(ctx, sessions)]
      const data = options.json === true ? sessions.map(asData) : []
      await print(ctx.streams, { data, view }, options)
    })
}

async function watch(ctx: SessionContext, options: ListOptions): Promise<void> {
  const { json, all } = options
  if (json === true) throw new LlmselError('usage', '--watch and --json exclude each other')
  if (!ctx.streams.isTty) {
    throw new LlmselError('io', '--watch needs a terminal', {
      hint: 'in a script: llmsel session wait NAME, or llmsel session list --json',
    })
  }
  const { watchTable } = await import('./watch.ts')
  await watchTable(ctx, () => sessionTable(ctx, listed(ctx, { all: all === true })))
}

function listed(ctx: SessionContext, { all }: Pick<ListOptions, 'all'>): Listed[] {
  const views = all === true ? allSessions(ctx) : currentSessions(ctx)
  return views.map((view) => ({ ...view, outputAt: ctx.sessions.folders.lastOutput(view.folder) }))
}

function asData({ state, folder, id, outputAt, ...session }: Listed): object {
  return {
    ...session,
    outputAt: outputAt?.toISOString() ?? null,
    ...endOfState(state),
    folder,
    log: `${folder}/log`,
    tmuxId: id === '' ? null : id,
  }
}

/** `$0.42`, `$0.42+` where the price of something is not known, with a limit that is half spent. */
function spentText({ spentUsd, spentMore, limit }: SessionView): string {
  const amount = spentUsd === null ? null : usd(parseFraction(spentUsd))
  const spent = amount === null ? (spentMore ? 'unknown' : '-') : amount + (spentMore ? '+' : '')
  return limit === null ? spent : `${spent} (${limit})`
}

function sessionTable({ streams, clock }: SessionContext, sessions: readonly Listed[]): Table {
  const now = clock.now()
  const { isTty } = streams
  const time = (at: Date) => {
    // tmux keeps when it started, and anybody can set its options.
    if (Number.isNaN(at.getTime())) return '-'
    return isTty ? describeAge(at, now) : at.toISOString()
  }
  return {
    columns: [
      { header: 'session' },
      { header: 'profile' },
      { header: 'model' },
      { header: 'state' },
      { header: 'started' },
      { header: 'last output', dispensable: 2 },
      { header: 'attached', dispensable: 1 },
      { header: 'spent' },
    ],
    rows: sessions.map((session) => [
      session.name,
      session.profile,
      session.model,
      describeSession(session),
      time(new Date(session.startedAt)),
      session.outputAt === null ? '-' : time(session.outputAt),
      session.attached ? 'yes' : 'no',
      spentText(session),
    ]),
  }
}

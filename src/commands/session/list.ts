import { Command } from 'commander'
import type { SessionView } from '../../domain/sessions/session.ts'
import { describeState } from '../../domain/sessions/states.ts'
import type { SessionContext } from '../../ports.ts'
import { print, type Part } from '../../ui/report.ts'
import { endOfState } from '../../ui/session.ts'
import { currentSessions } from './waiting.ts'

export function listCommand(ctx: SessionContext): Command {
  return new Command('list')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const sessions = currentSessions(ctx)
      const data = sessions.map(asData)
      await print(ctx.streams, { data, view: () => [table(sessions)] }, options)
    })
}

function asData({ state, folder, id, ...session }: SessionView): object {
  return { ...session, ...endOfState(state), folder, log: `${folder}/log`, tmuxId: id }
}

function table(sessions: readonly SessionView[]): Part {
  const headers = ['session', 'profile', 'model', 'state', 'since', 'attached']
  return {
    columns: headers.map((header) => ({ header })),
    rows: sessions.map(({ name, profile, model, state, startedAt, attached }) => [
      name,
      profile,
      model,
      describeState(state),
      startedAt,
      attached ? 'yes' : 'no',
    ]),
  }
}

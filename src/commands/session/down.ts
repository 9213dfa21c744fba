import { Command } from 'commander'
import type { SessionContext } from '../../ports.ts'
import { openProgress } from '../../ui/progress.ts'
import { print } from '../../ui/report.ts'
import { fleetSource, missingFleet } from './fleet.ts'
import { closeSessions, endSessions, ownLast, stoppedTable } from './stop.ts'
import { allSessions } from './waiting.ts'

const EXAMPLES = `
Examples:
  llmsel session down               # what llmsel.fleet.json here has started
  llmsel session down night.json    # the file may be broken or gone by now

Sessions that were started otherwise go on, whatever their names; logs are kept.
`

export function downCommand(ctx: SessionContext): Command {
  return new Command('down')
    .argument('[file]', 'the fleet file (default: llmsel.fleet.json)')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: { readonly json?: boolean }) => {
      const source = await fleetSource(ctx, file)
      // With those that are gone: what they left running ends too, and nothing restores them.
      const own = allSessions(ctx).filter(({ fleet }) => fleet === source.path)
      if (own.length === 0 && source.content === null) throw missingFleet(ctx, source)
      const views = ownLast(ctx, own)
      const progress = openProgress(ctx.streams, views.length)
      progress.doing('ending them')
      const sessions = await endSessions(ctx, views)
      progress.close()
      const data = { file: source.path, sessions }
      await print(ctx.streams, { data, view: () => [stoppedTable(sessions)] }, options)
      closeSessions(ctx, views)
    })
}

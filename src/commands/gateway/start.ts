import { Command } from 'commander'
import type { GatewayContext } from '../../ports.ts'
import { print } from '../../ui/report.ts'

const EXAMPLES = `
Examples:
  llmsel gateway start
  llmsel config set gateway.port 5757 && llmsel gateway restart

The keys of this shell (ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, OPENAI_API_KEY)
are used for every session whose own shell has none. A session hands over its
own when it starts.
`

export function startCommand(ctx: GatewayContext): Command {
  return new Command('start')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly json?: boolean }) => {
      const { running, stray } = await ctx.gateway.find()
      const { url, pid } = await ctx.gateway.start(true)
      // A stray one may have come to itself meanwhile.
      const started = running === null && stray?.pid !== pid
      await print(
        ctx.streams,
        {
          data: { url, pid, started },
          view: () => [`${started ? 'started' : 'already runs'} at ${url}\n`],
        },
        options,
      )
    })
}

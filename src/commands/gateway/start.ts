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
      const { running } = await ctx.gateway.find()
      const status = await ctx.gateway.start(true)
      const data = { url: status.url, pid: status.pid, started: running === null }
      await print(
        ctx.streams,
        {
          data,
          view: () => [`${running === null ? 'started' : 'already runs'} at ${status.url}\n`],
        },
        options,
      )
    })
}

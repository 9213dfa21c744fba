import { Command } from 'commander'
import type { GatewayContext } from '../../ports.ts'
import { notRunning } from './not-running.ts'

const EXAMPLES = `
Examples:
  llmsel gateway open
  llmsel gateway open --print

The link works once, within a minute, on this machine. What it opens can read
what the gateway knows and reset circuits, until the tab is closed, for 12 hours
at most.
`

export function openCommand(ctx: GatewayContext): Command {
  return new Command('open')
    .option('--print', 'print the link instead of opening it')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly print?: boolean }) => {
      const found = await ctx.gateway.find()
      const { running } = found
      const code = (await ctx.gateway.ask('link'))?.['code']
      if (running === null || typeof code !== 'string') throw notRunning(found)
      const url = `${running.url}/#code=${code}`
      const opened = options.print !== true && (await ctx.openBrowser(url, ctx.gateway.folder))
      if (!opened) return ctx.streams.out(`${url}\n`)
      ctx.streams.err(`opened in your browser; if nothing is shown there, open this: ${url}\n`)
    })
}

import { Command } from 'commander'
import type { GatewayContext } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel gateway restart   # after an upgrade, or to take the keys of this shell
`

export function restartCommand(ctx: GatewayContext): Command {
  return new Command('restart').addHelpText('after', EXAMPLES).action(async () => {
    const { url } = await ctx.gateway.restart(true)
    ctx.streams.err(`the gateway runs at ${url}\n`)
  })
}

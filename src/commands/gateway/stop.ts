import { Command } from 'commander'
import type { GatewayContext } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel gateway stop     # takes no new requests; those under way have 30 s

It returns once the gateway is gone and what it did is in the ledger.
`

export function stopCommand(ctx: GatewayContext): Command {
  return new Command('stop').addHelpText('after', EXAMPLES).action(async () => {
    const stopped = await ctx.gateway.stop()
    ctx.streams.err(stopped ? 'the gateway has stopped\n' : 'no gateway runs\n')
  })
}

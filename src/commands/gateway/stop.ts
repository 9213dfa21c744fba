import { Command } from 'commander'
import type { GatewayContext } from './noun.ts'

export function stopCommand(ctx: GatewayContext): Command {
  return new Command('stop').action(async () => {
    const stopped = await ctx.gateway.stop()
    ctx.streams.err(stopped ? 'the gateway has stopped\n' : 'no gateway runs\n')
  })
}

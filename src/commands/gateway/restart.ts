import { Command } from 'commander'
import type { GatewayContext } from './noun.ts'

export function restartCommand(ctx: GatewayContext): Command {
  return new Command('restart').action(async () => {
    const { url } = await ctx.gateway.restart(true)
    ctx.streams.err(`the gateway runs at ${url}\n`)
  })
}

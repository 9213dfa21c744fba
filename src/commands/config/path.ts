import { Command } from 'commander'
import type { Context } from '../../ports.ts'

export function pathCommand(ctx: Context): Command {
  return new Command('path').description('where the config file is').action(() => {
    ctx.streams.out(`${ctx.config.path}\n`)
  })
}

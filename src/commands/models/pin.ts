import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import { profileSource } from '../../domain/config/source.ts'
import { lifecycleWarning } from '../../domain/models/lifecycle.ts'
import { pinTarget } from '../../domain/models/pins.ts'
import type { Context } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel models pin sonnet claude-sonnet-4-6     until it is unpinned
  llmsel models unpin sonnet
`

export function pinCommand(ctx: Context): Command {
  return new Command('pin')
    .description('keep an alias on one model')
    .argument('<alias>', 'sonnet, haiku, opus, gpt or ollama')
    .argument('<id>', 'an exact model id')
    .addHelpText('after', EXAMPLES)
    .action(async (alias: string, id: string) => {
      const { catalogue, today } = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
      const target = pinTarget(catalogue, alias, id)
      await ctx.config.update((document) => withValue(document, ['pins', alias], id))
      const warning = lifecycleWarning(target, today)
      if (warning !== null) ctx.streams.err(`llmsel: ${warning}\n`)
      ctx.streams.err(`${alias} is pinned to ${id} in ${ctx.config.path}\n`)
    })
}

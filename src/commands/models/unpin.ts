import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { resolveModel } from '../../domain/models/catalogue.ts'
import { checkAlias } from '../../domain/models/pins.ts'
import type { Context } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel models unpin sonnet     sonnet follows the catalogue again
`

export function unpinCommand(ctx: Context): Command {
  return new Command('unpin')
    .description('let a pinned alias follow the catalogue again')
    .argument('<alias>', 'a pinned alias')
    .addHelpText('after', EXAMPLES)
    .action(async (alias: string) => {
      const { pins } = ctx.config.read()
      if (!Object.hasOwn(pins, alias)) {
        checkAlias(alias)
        throw new LlmselError('not-found', `"${alias}" is not pinned`)
      }
      await ctx.config.update((document) => withValue(document, ['pins', alias], undefined))
      const { catalogue, today } = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
      const now = resolveModel(catalogue, alias, today)
      ctx.streams.err(`${alias} is no longer pinned${now === null ? '' : `: it is ${now.id}`}\n`)
    })
}

import { Command } from 'commander'
import { parseKey, valueAt, withValue } from '../../domain/config/keys.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Context } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel config unset default
  llmsel config unset profiles.night     # the whole profile
`

export function unsetCommand(ctx: Context): Command {
  return new Command('unset')
    .description('remove one setting')
    .argument('<key>', 'such as profiles.budget.model')
    .addHelpText('after', EXAMPLES)
    .action(async (key: string) => {
      const path = parseKey(key)
      await ctx.config.update((document) => {
        if (valueAt(document, path) !== undefined) return withValue(document, path, undefined)
        throw new LlmselError('not-found', `"${key}" is not set`, {
          hint: 'run: llmsel config list',
        })
      })
    })
}

import { Command } from 'commander'
import type { Context } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel config path
  $EDITOR "$(llmsel config path)"     # a bad edit is refused by name
`

export function pathCommand(ctx: Context): Command {
  return new Command('path')
    .description('where the config file is')
    .addHelpText('after', EXAMPLES)
    .action(() => {
      ctx.streams.out(`${ctx.config.path}\n`)
    })
}

import { Command } from 'commander'
import { leaves } from '../../domain/config/keys.ts'
import { withoutPasswords } from '../../domain/config/shown.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { settingText } from './setting-text.ts'

const EXAMPLES = `
Examples:
  llmsel config list
  llmsel config list --json     # the whole file
`

export function listCommand(ctx: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('what is set, a line each')
    .option('--json', 'print the whole file as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly json?: boolean }) => {
      ctx.config.read()
      const data = withoutPasswords(ctx.config.document())
      const view = (): string[] =>
        leaves(data).map(([key, value]) => `${key}=${settingText(value)}\n`)
      await print(ctx.streams, { data, view }, options)
    })
}

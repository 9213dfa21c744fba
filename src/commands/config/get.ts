import { Command } from 'commander'
import { parseKey, valueAt } from '../../domain/config/keys.ts'
import { withoutPasswords } from '../../domain/config/shown.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { settingText } from './setting-text.ts'

const EXAMPLES = `
Examples:
  llmsel config get default
  llmsel config get profiles.budget --json
`

export function getCommand(ctx: Context): Command {
  return new Command('get')
    .description('the value of one setting; exit 1 when it is not set')
    .argument('<key>', 'such as profiles.budget.model')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (key: string, options: { readonly json?: boolean }) => {
      ctx.config.read()
      const data = valueAt(withoutPasswords(ctx.config.document()), parseKey(key))
      if (data === undefined) {
        throw new LlmselError('not-found', `"${key}" is not set`, {
          hint: 'run: llmsel config list',
        })
      }
      await print(ctx.streams, { data, view: (value) => [`${settingText(value)}\n`] }, options)
    })
}

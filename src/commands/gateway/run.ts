import { Command, Option } from 'commander'
import type { GatewayContext } from './noun.ts'

const EXAMPLES = `
Examples:
  llmsel gateway run
  systemd-run --user --unit llmsel llmsel gateway run
`

export function runCommand(ctx: GatewayContext): Command {
  return new Command('run')
    .addOption(new Option('--supervised').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly supervised?: boolean }) => {
      ctx.outcome.exitCode = await ctx.runGateway(options.supervised === true)
    })
}

import { Command, Option } from 'commander'
import type { GatewayContext } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel gateway run
  systemd-run --user --unit llmsel llmsel gateway run
`

interface RunOptions {
  readonly supervised?: boolean
  readonly inPlaceOf?: number
}

export function runCommand(ctx: GatewayContext): Command {
  return new Command('run')
    .addOption(new Option('--supervised').hideHelp())
    .addOption(new Option('--in-place-of <pid>').argParser(Number).hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async ({ supervised = false, inPlaceOf }: RunOptions) => {
      const wishes = { supervised, inPlaceOf: inPlaceOf ?? null }
      ctx.outcome.exitCode = await ctx.runGateway(wishes)
    })
}

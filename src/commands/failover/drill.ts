import { Command } from 'commander'
import type { Context, PlayedFailure } from '../../ports.ts'
import { drillText } from '../../ui/drill.ts'
import { chosenProfile, profileOption } from './profile-option.ts'

const EXAMPLES = `
Examples:
  llmsel failover drill
  llmsel failover drill --profile premium --json

The real gateway runs in this process, against servers of its own that fail as
told: no provider is asked, nothing is spent, and your own circuits stay as they
are.
`

/** It has a chain, and the drill is to show one. */
const WITHOUT = 'budget'

interface DrillOptions {
  readonly profile?: string
  readonly json?: boolean
}

export function drillCommand(ctx: Context): Command {
  return new Command('drill')
    .addOption(profileOption(WITHOUT))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DrillOptions) => {
      const { profile } = chosenProfile(ctx, options.profile ?? WITHOUT)
      const steps: PlayedFailure[] = []
      await ctx.runDrill(profile, (step) => {
        steps.push(step)
        if (options.json !== true) ctx.streams.out(drillText(step))
      })
      if (options.json === true)
        ctx.streams.out(`${JSON.stringify({ profile: profile.name, steps }, null, 2)}\n`)
      if (steps.some(({ asExpected }) => !asExpected)) ctx.outcome.exitCode = 1
    })
}

import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import { parseSettings } from '../../domain/config/schema.ts'
import { profileSource } from '../../domain/config/source.ts'
import { resolveProfile } from '../../domain/profiles/resolve.ts'
import type { Context } from '../../ports.ts'
import { tellGateway } from '../tell-gateway.ts'
import { definedProfile, profileOption } from './profile-option.ts'

const EXAMPLES = `
Examples:
  llmsel failover set haiku ollama gpt --profile budget
  llmsel failover set sonnet opus --profile premium

The first is the profile's own model. Each further one is asked when those
before it cannot.
`

export function setCommand(ctx: Context): Command {
  return new Command('set')
    .argument('<models...>', 'aliases or model ids, the first the own model')
    .addOption(profileOption())
    .addHelpText('after', EXAMPLES)
    .action(async (models: string[], options: { readonly profile?: string }) => {
      const { profile } = definedProfile(ctx, options.profile)
      const [model = '', ...chain] = models
      await ctx.config.update((document) => {
        const at = (part: string) => ['profiles', profile.name, part] as const
        const changed = withValue(
          withValue(withValue(document, at('model'), model), at('chain'), chain),
          at('failover'),
          chain.length > 0,
        )
        // Every name must be known before anything is written.
        resolveProfile(profileSource(parseSettings(changed), {}, ctx.clock.now()), profile.name)
        return changed
      })
      ctx.streams.err(`${profile.name}: ${models.join(' → ')}\n`)
      await tellGateway(ctx)
    })
}

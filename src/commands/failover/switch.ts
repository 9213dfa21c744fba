import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import type { Context } from '../../ports.ts'
import { tellGateway } from '../tell-gateway.ts'
import { definedProfile, profileOption } from './profile-option.ts'

const EXAMPLES = {
  on: `
Examples:
  llmsel failover on --profile budget
`,
  off: `
Examples:
  llmsel failover off --profile budget     # its own model and no other
`,
} as const

export function switchCommand(ctx: Context, to: 'on' | 'off'): Command {
  return new Command(to)
    .addOption(profileOption())
    .addHelpText('after', EXAMPLES[to])
    .action(async (options: { readonly profile?: string }) => {
      const { profile } = definedProfile(ctx, options.profile)
      await ctx.config.update((document) =>
        withValue(document, ['profiles', profile.name, 'failover'], to === 'on'),
      )
      const { profile: after } = definedProfile(ctx, profile.name)
      const hops = after.chain.map(({ model }) => model).join(' → ')
      const lonely = to === 'on' && after.chain.length === 1
      ctx.streams.err(
        `${profile.name}: failover ${to} (${hops})${lonely ? '; run: llmsel failover set' : ''}\n`,
      )
      await tellGateway(ctx)
    })
}

import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import type { Context } from '../../ports.ts'
import { tellGateway } from '../tell-gateway.ts'
import { definedProfile, profileOption } from './profile-option.ts'

export function switchCommand(ctx: Context, to: 'on' | 'off'): Command {
  return new Command(to)
    .addOption(profileOption())
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

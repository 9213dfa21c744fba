import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { resolveProfile } from '../../domain/profiles/resolve.ts'
import { BUILT_IN_DEFAULT } from '../../domain/profiles/scope.ts'
import type { GatewayContext } from '../../ports.ts'
import { ownBaseUrls } from '../gateway-route.ts'
import { notRunning } from './not-running.ts'

const EXAMPLES = `
Examples:
  ANTHROPIC_BASE_URL=$(llmsel gateway url budget) python3 crawler.py
  curl "$(llmsel gateway url)/v1/models"

The URL holds a token: whoever has it can spend through your gateway.
`

export function urlCommand(ctx: GatewayContext): Command {
  return new Command('url')
    .argument('[profile]', 'a profile, an alias or a model id (default: the configured one)')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined) => {
      const settings = ctx.config.read()
      const source = profileSource(settings, ctx.env, ctx.clock.now())
      const profile = resolveProfile(source, name ?? settings.default ?? BUILT_IN_DEFAULT)
      const place = await ctx.gateway.shell(profile.name, ownBaseUrls(ctx))
      if (place === null) throw notRunning(await ctx.gateway.find())
      ctx.streams.out(`${place.url}\n`)
    })
}

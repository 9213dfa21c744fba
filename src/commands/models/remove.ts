import { Command } from 'commander'
import { withoutOwnModel } from '../../domain/config/own-models.ts'
import { profileSource } from '../../domain/config/source.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { tellGateway } from '../tell-gateway.ts'

interface RemoveOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models remove my-model     # a model that llmsel models add put there
`

export function removeCommand(ctx: Context): Command {
  return new Command('remove')
    .description('take a model of your own out of your config')
    .argument('<id>', 'its exact id')
    .option('--dry-run', 'only say what would be removed')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, _: RemoveOptions, command: Command) => {
      await remove(ctx, id, command.optsWithGlobals<RemoveOptions>())
    })
}

async function remove(ctx: Context, id: string, options: RemoveOptions): Promise<void> {
  const settings = ctx.config.read()
  const without = profileSource({ ...settings, models: {} }, ctx.env, ctx.clock.now())
  const builtIn = without.catalogue.byId.has(id)
  withoutOwnModel(settings, { document: ctx.config.document(), builtIn }, id)
  if (options.dryRun !== true) {
    await ctx.config.update((document) => withoutOwnModel(settings, { document, builtIn }, id))
    await tellGateway(ctx)
  }
  const said = options.dryRun === true ? 'would be removed' : 'is removed'
  const left = builtIn ? '; the catalogue has its own row of it' : ''
  ctx.streams.err(`${id} ${said} from ${ctx.config.path}${left}\n`)
  await print(ctx.streams, { data: { removed: id, builtIn }, view: () => [] }, options)
}

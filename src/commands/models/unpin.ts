import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { resolveModel } from '../../domain/models/catalogue.ts'
import { checkAlias } from '../../domain/models/pins.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { tellGateway } from '../tell-gateway.ts'

interface UnpinOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models unpin sonnet     # sonnet follows the catalogue again
`

export function unpinCommand(ctx: Context): Command {
  return new Command('unpin')
    .description('let a pinned alias follow the catalogue again')
    .argument('<alias>', 'a pinned alias')
    .option('--dry-run', 'only say what it would be')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (alias: string, _: UnpinOptions, command: Command) => {
      await unpin(ctx, alias, command.optsWithGlobals<UnpinOptions>())
    })
}

async function unpin(ctx: Context, alias: string, options: UnpinOptions): Promise<void> {
  const settings = ctx.config.read()
  if (!Object.hasOwn(settings.pins, alias)) {
    checkAlias(alias)
    throw new LlmselError('not-found', `"${alias}" is not pinned`)
  }
  const { [alias]: before, ...pins } = settings.pins
  if (options.dryRun !== true) {
    await ctx.config.update((document) => withValue(document, ['pins', alias], undefined))
    await tellGateway(ctx)
  }
  const { catalogue, today } = profileSource({ ...settings, pins }, ctx.env, ctx.clock.now())
  const id = resolveModel(catalogue, alias, today)?.id ?? null
  const [said, is] =
    options.dryRun === true ? ['would be unpinned', 'would be'] : ['is no longer pinned', 'is']
  ctx.streams.err(`${alias} ${said}${id === null ? '' : `: it ${is} ${id}`}\n`)
  await print(ctx.streams, { data: { alias, id, before }, view: () => [] }, options)
}

import { Command } from 'commander'
import { withValue } from '../../domain/config/keys.ts'
import { profileSource } from '../../domain/config/source.ts'
import { resolveModel } from '../../domain/models/catalogue.ts'
import { lifecycleWarning } from '../../domain/models/lifecycle.ts'
import { pinTarget } from '../../domain/models/pins.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { tellGateway } from '../tell-gateway.ts'

interface PinOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models pin sonnet claude-sonnet-4-6     # until it is unpinned
  llmsel models unpin sonnet
`

export function pinCommand(ctx: Context): Command {
  return new Command('pin')
    .description('keep an alias on one model')
    .argument('<alias>', 'sonnet, haiku, opus, gpt or ollama')
    .argument('<id>', 'an exact model id')
    .option('--dry-run', 'only say what would be pinned')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (alias: string, id: string, _: PinOptions, command: Command) => {
      await pin(ctx, { alias, id }, command.optsWithGlobals<PinOptions>())
    })
}

async function pin(
  ctx: Context,
  { alias, id }: { readonly alias: string; readonly id: string },
  options: PinOptions,
): Promise<void> {
  const { catalogue, today } = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const target = pinTarget(catalogue, alias, id)
  const before = resolveModel(catalogue, alias, today)?.id ?? null
  if (options.dryRun !== true) {
    await ctx.config.update((document) => withValue(document, ['pins', alias], id))
    await tellGateway(ctx)
  }
  const warning = lifecycleWarning(target, today)
  if (warning !== null) ctx.streams.err(`llmsel: ${warning}\n`)
  const said = options.dryRun === true ? 'would be' : 'is'
  ctx.streams.err(`${alias} ${said} pinned to ${id} in ${ctx.config.path}\n`)
  await print(ctx.streams, { data: { alias, id, before }, view: () => [] }, options)
}

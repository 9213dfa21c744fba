import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { aliasesOn, CATALOGUE_DATE, requireModel } from '../../domain/models/catalogue.ts'
import { describeModel, outOn } from '../../domain/models/describe.ts'
import { lifecycleWarning } from '../../domain/models/lifecycle.ts'
import type { IsoDate } from '../../domain/models/model.ts'
import type { Context } from '../../ports.ts'
import { modelFactsView, type ModelFacts } from '../../ui/models.ts'
import { print } from '../../ui/report.ts'
import { asOfOption } from '../as-of.ts'

interface ShowOptions {
  readonly asOf?: IsoDate
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models show haiku
  llmsel models show claude-sonnet-4-5-20250929
  llmsel models show sonnet --as-of 2025-11-01 --json
`

export function showCommand(ctx: Context): Command {
  return new Command('show')
    .description('every fact about one model, with its price history and bands')
    .argument('<model>', 'an alias or a model id')
    .addOption(asOfOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, _: ShowOptions, command: Command) => {
      // `models` has --json and --as-of too, and commander gives them to the parent.
      const options = command.optsWithGlobals<ShowOptions>()
      await print(ctx.streams, { data: factsOf(ctx, name, options), view: modelFactsView }, options)
    })
}

function factsOf(ctx: Context, name: string, { asOf }: ShowOptions): ModelFacts {
  const settings = ctx.config.read()
  const { catalogue, today } = profileSource(settings, ctx.env, ctx.clock.now())
  const refreshDate = settings.refreshed?.date ?? null
  const day = asOf ?? today
  const found = requireModel(catalogue, name, day)
  const warning = lifecycleWarning(found, day, outOn(catalogue, { asOf: day, today }))
  if (warning !== null) ctx.streams.err(`llmsel: ${warning}\n`)
  const model = describeModel(found.model, aliasesOn(catalogue, day), { asOf: day, today })
  return { catalogueDate: CATALOGUE_DATE, refreshDate, asOf: day, model }
}

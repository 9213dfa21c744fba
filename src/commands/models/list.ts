import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { CATALOGUE_DATE, resolveModel } from '../../domain/models/catalogue.ts'
import { describeModel, isFuture } from '../../domain/models/describe.ts'
import type { IsoDate } from '../../domain/models/model.ts'
import type { Context } from '../../ports.ts'
import { modelListView, type ModelList } from '../../ui/models.ts'
import { print } from '../../ui/report.ts'
import { asOfOption } from '../as-of.ts'

interface ListOptions {
  readonly all?: boolean
  readonly asOf?: IsoDate
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models                        what can be used today; ! marks an end within 60 days
  llmsel models --all                  with the retired ones and their dates
  llmsel models --as-of 2025-11-01     as it was then
  llmsel models show haiku             one model, with its price history
`

/** `llmsel models`: itself a command and the parent of show, pin and unpin. */
export function modelsCommand(ctx: Context): Command {
  return new Command('models')
    .option('--all', 'the retired ones too')
    .addOption(asOfOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ListOptions) => {
      await print(ctx.streams, { data: listModels(ctx, options), view: modelListView }, options)
    })
}

function listModels(ctx: Context, { all = false, asOf }: ListOptions): ModelList {
  const { catalogue, today } = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const day = asOf ?? today
  const local = resolveModel(catalogue, 'ollama', day)?.model
  const rows = local === undefined ? catalogue.rows : [...catalogue.rows, local]
  const models = [...new Set(rows)]
    .filter((model) => all || !isFuture(model, day))
    .map((model) => describeModel(catalogue, model, day))
    .filter(({ status }) => all || status !== 'retired')
  return { catalogueDate: CATALOGUE_DATE, asOf: day, models }
}

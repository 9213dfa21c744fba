import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { aliasesOn, CATALOGUE_DATE, resolveModel } from '../../domain/models/catalogue.ts'
import { describeModel, isFuture } from '../../domain/models/describe.ts'
import type { IsoDate } from '../../domain/models/model.ts'
import { nearest } from '../../domain/nearest.ts'
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
  llmsel models                        # usable today; ! ends within 60 days
  llmsel models --all                  # with the retired ones and their dates
  llmsel models --as-of 2025-11-01     # as it was then
  llmsel models show haiku             # one model, with its price history
`

/** `llmsel models`: itself a command and the parent of show, pin and unpin. */
export function modelsCommand(ctx: Context): Command {
  return new Command('models')
    .argument('[verb...]')
    .usage('[options] [command]')
    .option('--all', 'the retired ones too')
    .addOption(asOfOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ([word]: readonly string[], options: ListOptions, command: Command) => {
      if (word !== undefined) throw unknownCommand(word, command)
      await print(ctx.streams, { data: listModels(ctx, options), view: modelListView }, options)
    })
}

/** A word that is none of its commands is an argument to commander. */
function unknownCommand(word: string, { commands }: Command): LlmselError {
  const names = commands.map((each) => each.name())
  const close = nearest(word, names)
  return new LlmselError('usage', `models has no command "${word}"`, {
    hint: close === null ? `its commands: ${names.join(', ')}` : `did you mean "${close}"?`,
  })
}

function listModels(ctx: Context, { all = false, asOf }: ListOptions): ModelList {
  const settings = ctx.config.read()
  const { catalogue, today } = profileSource(settings, ctx.env, ctx.clock.now())
  const refreshDate = settings.refreshed?.date ?? null
  const day = asOf ?? today
  const local = resolveModel(catalogue, 'ollama', day)?.model
  const rows = local === undefined ? catalogue.rows : [...catalogue.rows, local]
  const aliases = aliasesOn(catalogue, day)
  const models = [...new Set(rows)]
    .filter((model) => all || !isFuture(model, day))
    .map((model) => describeModel(model, aliases, { asOf: day, today }))
    .filter(({ status }) => all || status !== 'retired')
  return { catalogueDate: CATALOGUE_DATE, refreshDate, asOf: day, models }
}

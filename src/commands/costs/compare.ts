import { Command, Option } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { parseShare, parseTokens } from '../../domain/costs/amount.ts'
import {
  DAYS_PER_MONTH,
  compareCosts,
  type Comparison,
  type Role,
} from '../../domain/costs/compare.ts'
import { fraction, multiply, type Fraction } from '../../domain/costs/fraction.ts'
import { costCsv, costReport } from '../../domain/costs/report.ts'
import { LlmselError } from '../../domain/errors.ts'
import { requireModel, type Resolution } from '../../domain/models/catalogue.ts'
import { isFuture, outOn } from '../../domain/models/describe.ts'
import { lifecycleWarning } from '../../domain/models/lifecycle.ts'
import type { IsoDate } from '../../domain/models/model.ts'
import type { Context } from '../../ports.ts'
import { costAssumptions, costCaveats, costTable } from '../../ui/costs.ts'
import { print } from '../../ui/report.ts'
import { asOfOption } from '../as-of.ts'

const DAYS = { day: 1, week: 7, month: DAYS_PER_MONTH } as const

interface CostsOptions {
  readonly input: Fraction
  readonly output: Fraction
  readonly per: keyof typeof DAYS
  readonly premiumShare: Fraction
  readonly models: readonly [string, string, string]
  readonly cacheRead: Fraction
  readonly requestSize: Fraction
  readonly batch?: boolean
  readonly asOf?: IsoDate
  readonly json?: boolean
  readonly csv?: boolean
}

const EXAMPLES = `
Examples:
  llmsel costs                                     # 1M in and 1M out a day
  llmsel costs --input 20M --output 2M --cache-read 0.9
  llmsel costs --models opus,sonnet,ollama --premium-share 25%
  llmsel costs --input 30M --output 6M --per month --batch
  llmsel costs --as-of 2025-11-01                  # the prices of that day
  llmsel costs --request-size 150k --json          # long prompts may cost more

Money in JSON and CSV is in decimal strings. What is not known is null in JSON
and "unknown" elsewhere, never 0.
`

export function costsCommand(ctx: Context): Command {
  return new Command('costs')
    .addOption(tokens('--input', 'tokens sent, such as 1.5M', '1M'))
    .addOption(tokens('--output', 'tokens received', '1M'))
    .addOption(
      new Option('--per <period>', 'what the amounts are for')
        .choices(Object.keys(DAYS))
        .default('day'),
    )
    .addOption(share('--premium-share', 'of the work, where premium is mixed with others', '1/6'))
    .addOption(
      new Option('--models <premium,budget,free>', 'other models than these')
        .argParser(threeNames)
        .default(['sonnet', 'haiku', 'ollama'], 'sonnet,haiku,ollama'),
    )
    .addOption(share('--cache-read', 'of the input, read from the prompt cache', '0'))
    .addOption(
      tokens('--request-size', "tokens of one request's prompt, for the price band", '20k'),
    )
    .option('--batch', 'at batch prices')
    .addOption(asOfOption())
    .option('--json', 'print JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: CostsOptions) => {
      await report(ctx, compareFor(ctx, options), options)
    })
}

function compareFor(ctx: Context, options: CostsOptions): Comparison {
  const { catalogue, today } = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const asOf = options.asOf ?? today
  const [premium, budget, free] = options.models.map((name) => requireModel(catalogue, name, asOf))
  if (premium === undefined || budget === undefined || free === undefined) throw wrongCount()
  const found: Readonly<Record<Role, Resolution>> = { premium, budget, free }
  warn(ctx, Object.values(found), { asOf, isOut: outOn(catalogue, { asOf, today }) })
  const perDay = fraction(1, DAYS[options.per])
  return compareCosts({
    models: { premium: premium.model, budget: budget.model, free: free.model },
    work: {
      inputPerDay: multiply(options.input, perDay),
      outputPerDay: multiply(options.output, perDay),
      cacheReadShare: options.cacheRead,
      requestTokens: Number(options.requestSize.numerator),
      batch: options.batch ?? false,
    },
    premiumShare: options.premiumShare,
    asOf,
  })
}

async function report(ctx: Context, comparison: Comparison, options: CostsOptions): Promise<void> {
  const { streams } = ctx
  const data = costReport(comparison)
  if (options.csv === true) {
    streams.out(costCsv(data))
    return
  }
  const [before, after] = [costAssumptions(comparison), costCaveats(comparison)]
  const table = costTable(comparison, streams.isTty)
  if (options.json !== true && !streams.isTty) streams.err(before + after)
  const parts = streams.isTty ? [before, '\n', table, '\n', after] : [table]
  await print(streams, { data, view: () => parts }, options)
}

interface WarnOptions {
  readonly asOf: IsoDate
  readonly isOut: (id: string) => boolean
}

function warn(
  { streams }: Context,
  found: readonly Resolution[],
  { asOf, isOut }: WarnOptions,
): void {
  const warnings = found.map((resolution) => {
    const { model, id } = resolution
    return isFuture(model, asOf)
      ? `${id} came out on ${model.lifecycle.released}, after ${asOf}`
      : lifecycleWarning(resolution, asOf, isOut)
  })
  for (const warning of new Set(warnings)) {
    if (warning !== null) streams.err(`llmsel: ${warning}\n`)
  }
}

function tokens(flag: string, about: string, initial: string): Option {
  const parse = (text: string): Fraction => fraction(parseTokens(text, flag))
  return new Option(`${flag} <tokens>`, about).argParser(parse).default(parse(initial), initial)
}

function share(flag: string, about: string, initial: string): Option {
  const parse = (text: string): Fraction => parseShare(text, flag)
  return new Option(`${flag} <share>`, about).argParser(parse).default(parse(initial), initial)
}

function threeNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.length !== 3 || names.includes('')) throw wrongCount()
  return names
}

function wrongCount(): LlmselError {
  return new LlmselError('usage', '--models needs three names: premium, budget and free', {
    hint: 'such as --models opus,haiku,ollama',
  })
}

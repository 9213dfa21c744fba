import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { planRefresh, type RefreshChange, type RefreshPlan } from '../../domain/models/refresh.ts'
import type { Context } from '../../ports.ts'
import { priceText } from '../../ui/money.ts'
import { print, type Part } from '../../ui/report.ts'
import { tellGateway } from '../tell-gateway.ts'

interface RefreshOptions {
  readonly from: string
  readonly off?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models refresh --dry-run           # what would change, and how
  llmsel models refresh                     # newer prices, from models.dev
  llmsel models refresh --from ./api.json   # the same, from a file
  llmsel models refresh --off               # the catalogue's own prices again
`

export function refreshCommand(ctx: Context): Command {
  return new Command('refresh')
    .description('read newer prices and models from a public list')
    .option('--from <place>', 'a file or https URL', 'https://models.dev/api.json')
    .option('--off', 'forget what was refreshed')
    .option('--dry-run', 'only show what would change')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (_: RefreshOptions, command: Command) => {
      const options = command.optsWithGlobals<RefreshOptions>()
      await (options.off === true ? forget(ctx, options) : refresh(ctx, options))
    })
}

async function forget(ctx: Context, options: RefreshOptions): Promise<void> {
  if (options.dryRun !== true) {
    await ctx.modelList.keep(null)
    await tellGateway(ctx)
  }
  const said = options.dryRun === true ? 'would be forgotten' : 'are forgotten'
  ctx.streams.err(`the refreshed prices ${said}\n`)
  await print(ctx.streams, { data: { off: true }, view: () => [] }, options)
}

async function refresh(ctx: Context, options: RefreshOptions): Promise<void> {
  const settings = ctx.config.read()
  // The user's own rows are no measure of a list.
  const { catalogue, today } = profileSource({ ...settings, models: {} }, ctx.env, ctx.clock.now())
  if (options.from.includes('://')) ctx.streams.err(`reading ${options.from} …\n`)
  const text = await ctx.modelList.read(options.from)
  const base = { catalogue, before: settings.refreshed, today, source: options.from }
  const plan = planRefresh(base, text)
  if (options.dryRun !== true) {
    await ctx.modelList.keep(plan.refresh)
    await tellGateway(ctx)
  }
  await print(ctx.streams, { data: reportOf(plan), view: () => viewOf(plan) }, options)
  for (const { id, why } of plan.skipped) ctx.streams.err(`llmsel: ${id} is left alone: ${why}\n`)
  const verb = options.dryRun === true ? 'would be' : 'are'
  ctx.streams.err(
    `${plan.added.length} ${verb} added, ${plan.changed.length} changed, ${plan.unchanged} stay as they are\n`,
  )
}

function reportOf({ refresh: { date, source }, ...rest }: RefreshPlan): object {
  return { date, source, ...rest }
}

function viewOf({ added, changed: repriced }: RefreshPlan): readonly Part[] {
  const line = (what: string, { id, before, after }: RefreshChange): string[] => [
    what,
    id,
    ...[before?.input, after?.input, before?.output, after?.output].map((price) =>
      price === undefined ? '' : priceText(price),
    ),
  ]
  const rows = [
    ...added.map((each) => line('added', each)),
    ...repriced.map((each) => line('changed', each)),
  ]
  const right = (header: string) => ({ header, align: 'right' }) as const
  const columns = [
    { header: '' },
    { header: 'model' },
    right('input was'),
    right('input'),
    right('output was'),
    right('output'),
  ]
  return rows.length === 0 ? [] : [{ columns, rows }]
}

import { Command, Option } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { zoneName } from '../../domain/ledger/time-zone.ts'
import { namedModels } from '../../domain/profiles/named-models.ts'
import { readSpent } from '../../domain/reports/read.ts'
import { SPENT_BY, type SpentBy } from '../../domain/reports/spent.ts'
import { spentCsv, spentReport, type SpentAnswer } from '../../domain/reports/spent-report.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { spentCourse, spentNotes, spentView } from '../../ui/spent.ts'
import {
  NO_LEDGER,
  addFilters,
  addPeriod,
  isEmptyLedger,
  reportOptions,
  withLedger,
  type FilterFlags,
  type PeriodFlags,
} from './ledger.ts'

interface SpentFlags extends PeriodFlags, FilterFlags {
  readonly by: SpentBy
  readonly json?: boolean
  readonly csv?: boolean
}

const EXAMPLES = `
Examples:
  llmsel costs spent                             # the last seven days, by model
  llmsel costs spent --by day --since 2026-11
  llmsel costs spent --by session --since today
  llmsel costs spent --project . --since 30d --by day
  llmsel costs spent --since 2026-11-01 --until 2026-11-15 --csv

Each request has the price of its day. What is not known is null in JSON and
"unknown" elsewhere, never 0. What a subscription paid is "included", apart from
what is billed.
`

export function spentCommand(ctx: Context): Command {
  const command = new Command('spent')
    .addOption(new Option('--by <what>', 'a row for each').choices(SPENT_BY).default('model'))
    .addHelpText('after', EXAMPLES)
  return addFilters(addPeriod(command, '7d'))
    .option('--json', 'print JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .action(async (flags: SpentFlags) => {
      const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
      const options = { ...reportOptions(ctx, source, flags), by: flags.by, split: null }
      await withLedger(ctx, async (reader, behind) => {
        const answer = await readSpent(reader, { ...options, behind }, namedModels(source))
        const isEmpty = answer.table.rows.length === 0 && (await isEmptyLedger(reader))
        await show(ctx, answer, { ...flags, isEmpty })
      })
    })
}

async function show(
  { streams }: Context,
  answer: SpentAnswer,
  { json, csv, timezone, isEmpty }: SpentFlags & { readonly isEmpty: boolean },
): Promise<void> {
  const { table } = answer
  if (csv === true || json === true) {
    const data = spentReport(answer, zoneName(timezone))
    await print(streams, { data, view: () => [spentCsv(data)] }, { json })
    return
  }
  if (isEmpty) return streams.err(NO_LEDGER)
  if (table.rows.length === 0) return streams.err('no request in this period fits\n')
  const [course, notes] = [spentCourse(table), spentNotes(answer)]
  if (!streams.isTty) streams.err(course + notes)
  const view = spentView(table, streams.isTty)
  const before = course === '' ? [] : [course, '\n']
  const parts = streams.isTty ? [...before, view, '\n', notes] : [view]
  await print(streams, { data: null, view: () => parts }, {})
}

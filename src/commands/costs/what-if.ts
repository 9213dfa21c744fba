import { Command } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { exactModel } from '../../domain/models/catalogue.ts'
import type { Model } from '../../domain/models/model.ts'
import { profileNames, resolveProfile, type ProfileSource } from '../../domain/profiles/resolve.ts'
import { readWhatIf, type WhatIfAnswer } from '../../domain/reports/read.ts'
import type { Context } from '../../ports.ts'
import { openBar } from '../../ui/bar.ts'
import { print } from '../../ui/report.ts'
import { whatIfNotes, whatIfTable } from '../../ui/what-if.ts'
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

interface WhatIfFlags extends PeriodFlags, FilterFlags {
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel costs what-if                 # 30 days, on each profile's model
  llmsel costs what-if haiku gpt-6-sol --since 2026-11
  llmsel costs what-if budget --session night

Each request is priced by itself, with the price of its day, the band of its
prompt and the cache rules of that model. What cannot be known is left out,
counted and said.
`

export function whatIfCommand(ctx: Context): Command {
  const command = new Command('what-if')
    .argument('[models...]', 'profiles, aliases or model ids; without any, all profiles')
    .addHelpText('after', EXAMPLES)
  return addFilters(addPeriod(command, '30d'))
    .option('--json', 'print JSON')
    .action(async (names: readonly string[], flags: WhatIfFlags) => {
      const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
      const targets = targetsOf(source, names)
      const options = reportOptions(ctx, source, flags)
      const bar = openBar(ctx.streams, ctx.clock)
      await withLedger(ctx, async (reader, behind) => {
        const answer = await readWhatIf(
          reader,
          { ...options, behind },
          {
            targets,
            modelOf: (id) => exactModel(source.catalogue, id)?.model ?? null,
            onProgress: (share) => bar.update(share, 'pricing'),
          },
        ).finally(() => bar.close())
        const isNone = answer.results.every(({ requests }) => requests === 0)
        await show(ctx, answer, {
          ...flags,
          isNone,
          isEmpty: isNone && (await isEmptyLedger(reader)),
        })
      })
    })
}

/** Each model once, in the order of the names. */
function targetsOf(source: ProfileSource, names: readonly string[]): readonly Model[] {
  const wanted = names.length > 0 ? names : profileNames(source)
  const models = wanted.map((name) => resolveProfile(source, name).target.row)
  return [...new Map(models.map((model) => [model.id, model])).values()]
}

interface Shown extends WhatIfFlags {
  /** No request in the period. */
  readonly isNone: boolean
  readonly isEmpty: boolean
}

async function show(
  { streams }: Context,
  { results, report }: WhatIfAnswer,
  { json, isNone, isEmpty }: Shown,
): Promise<void> {
  if (json === true) return await print(streams, { data: report, view: () => [] }, { json })
  if (isEmpty) return streams.err(NO_LEDGER)
  if (isNone) return streams.err('no request in this period fits\n')
  const notes = whatIfNotes(results, report.refreshDate)
  if (!streams.isTty) streams.err(notes)
  const table = whatIfTable(results)
  const parts = streams.isTty ? [table, '\n', notes] : [table]
  await print(streams, { data: report, view: () => parts }, {})
}

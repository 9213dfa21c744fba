import { Command, Option } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import type { LedgerReader, Query } from '../../domain/ledger/ledger.ts'
import { EXPORT_FORMATS, exportText, type ExportFormat } from '../../domain/reports/export.ts'
import { parsePeriod } from '../../domain/reports/period.ts'
import type { Context } from '../../ports.ts'
import {
  absolute,
  addFilters,
  addPeriod,
  reportOptions,
  withLedger,
  type FilterFlags,
  type PeriodFlags,
} from './ledger.ts'

interface ExportFlags extends PeriodFlags, FilterFlags {
  readonly format: ExportFormat
  readonly to?: string
}

/** Before anything was metered. */
const BEGINNING = '1970-01-02'

const EXAMPLES = `
Examples:
  llmsel costs export > requests.csv
  llmsel costs export --since 2026-11 --format ndjson --to november.ndjson
  llmsel costs export --format json | jq '.[].usd'

A row for each attempt, by time: a request that failed over is several. Money is
in exact decimals; what is not known is empty in CSV and null in JSON.
`

export function exportCommand(ctx: Context): Command {
  const command = new Command('export')
    .addOption(
      new Option('--format <format>', 'of the rows').choices(EXPORT_FORMATS).default('csv'),
    )
    .option('--to <file>', 'into a file of your own (0600), once it is whole')
    .addHelpText('after', EXAMPLES)
  return addFilters(addPeriod(command, BEGINNING)).action(async (flags: ExportFlags) => {
    const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
    const options = reportOptions(ctx, source, flags)
    const query = { range: parsePeriod(options), where: options.where }
    await withLedger(ctx, async (reader) => {
      const { to, format } = flags
      if (to === undefined) {
        await write(reader, { query, format, out: ctx.streams.out, isOver: ctx.streams.isClosed })
        return
      }
      const draft = await ctx.draftFile(absolute(ctx.cwd, to))
      try {
        await write(reader, { query, format, out: draft.write, isOver: () => false })
        draft.keep()
      } finally {
        draft.close()
      }
    })
  })
}

interface Export {
  readonly query: Query
  readonly format: ExportFormat
  readonly out: (text: string) => void
  /** Nobody reads any more. */
  readonly isOver: () => boolean
}

/** Page by page: a ledger may be larger than the memory. */
async function write(reader: LedgerReader, { query, format, out, isOver }: Export): Promise<void> {
  const { head, between, tail, entry } = exportText(format)
  out(head)
  let lead = ''
  for await (const entries of reader.attempts(query)) {
    out(lead + entries.map(entry).join(between))
    lead = between
    if (isOver()) return
  }
  out(tail)
}

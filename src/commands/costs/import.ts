import { Command, Option } from 'commander'
import { ledgerUrl, profileSource } from '../../domain/config/source.ts'
import type { LogBatch, LogCursor } from '../../domain/costs/logs/batch.ts'
import { AGENTS, type Agent } from '../../domain/costs/logs/record.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Kind } from '../../domain/ledger/attempt.ts'
import { sumImported, type Imported, type LedgerImport } from '../../domain/ledger/ledger.ts'
import type { LogTerms } from '../../domain/ledger/logged-attempt.ts'
import { nearest } from '../../domain/nearest.ts'
import type { Catalogue } from '../../domain/models/catalogue.ts'
import type { AgentLogs, Context, Interrupt } from '../../ports.ts'
import { openBar, type Bar } from '../../ui/bar.ts'
import { importNotes, importTable, type ImportedFrom, type ImportReport } from '../../ui/import.ts'
import { print } from '../../ui/report.ts'

interface ImportFlags {
  readonly from: readonly Agent[]
  readonly billing?: Kind
  readonly dryRun?: boolean
  readonly json?: boolean
}

const INTERRUPTED = 130

const EXAMPLES = `
Examples:
  llmsel costs import              # what is new since last time, of every agent
  llmsel costs import --from claude-code,codex
  llmsel costs import --dry-run    # count what would be read, and keep nothing

What went through the gateway is known already and is not counted again. Ctrl-C
loses nothing: the next import goes on where this one was. Logs do not say how
Claude Code was paid: with a login it counts as included, else as billed;
--billing says it for what is read now.
`

export function importCommand(ctx: Context): Command {
  return new Command('import')
    .addOption(
      new Option('--from <agents>', 'whose logs, with commas')
        .argParser(agentsIn)
        .default(AGENTS, 'all'),
    )
    .addOption(
      new Option('--billing <how>', 'of answers whose log does not say it').choices([
        'api',
        'included',
      ]),
    )
    .option('--dry-run', 'count what is new, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ImportFlags) => {
      const interrupt = ctx.noteInterrupt()
      try {
        const report = await importAll(ctx, flags, interrupt)
        if (report.interrupted) ctx.outcome.exitCode = INTERRUPTED
        await show(ctx, report, flags)
      } finally {
        interrupt.forget()
      }
    })
}

async function show({ streams }: Context, report: ImportReport, flags: ImportFlags): Promise<void> {
  const [table, notes] = [importTable(report), importNotes(report)]
  const isDrawn = streams.isTty && table.rows.length > 0
  if (!isDrawn && flags.json !== true) streams.err(notes)
  const parts = isDrawn && notes !== '' ? [table, '\n', notes] : [table]
  const view = () => (table.rows.length > 0 ? parts : [])
  await print(streams, { data: report, view }, flags)
}

function agentsIn(text: string): readonly Agent[] {
  const names = text.split(',').map((name) => name.trim())
  return names.map((name) => {
    const agent = AGENTS.find((each) => each === name)
    if (agent !== undefined) return agent
    const close = nearest(name, AGENTS)
    throw new LlmselError('usage', `--from: no agent "${name.slice(0, 40)}"`, {
      hint: close === null ? `one of ${AGENTS.join(', ')}` : `did you mean "${close}"?`,
    })
  })
}

async function importAll(
  ctx: Context,
  { from, billing, dryRun = false }: ImportFlags,
  interrupt: Interrupt,
): Promise<ImportReport> {
  const settings = ctx.config.read()
  const { catalogue } = profileSource(settings, ctx.env, ctx.clock.now())
  const ledger = await ctx.openLedgerImport(ledgerUrl(settings, ctx.env))
  const bar = openBar(ctx.streams, ctx.clock)
  const agents: ImportedFrom[] = []
  try {
    const run = { logs: await ctx.openAgentLogs(), ledger, cursor: await ledger.places() }
    for (const agent of from) {
      if (interrupt.happened()) break
      const terms = await termsOf(ctx, catalogue, { agent, billing })
      agents.push(await importFrom(agent, { ...run, terms, dryRun, interrupt, bar }))
    }
    return { dryRun, interrupted: interrupt.happened(), agents }
  } finally {
    bar.close()
    await ledger.close()
  }
}

/** Claude Code says nowhere whether its login or a key has paid. */
async function termsOf(
  ctx: Context,
  catalogue: Catalogue,
  { agent, billing }: { readonly agent: Agent; readonly billing: Kind | undefined },
): Promise<LogTerms> {
  if (billing !== undefined) return { catalogue, unsaid: billing }
  const isClaude = agent === 'claude-code'
  const hasLogin = isClaude && (await ctx.openSurroundings()).claudeLogin()
  return { catalogue, unsaid: hasLogin ? 'included' : 'api' }
}

interface ImportRun {
  readonly logs: AgentLogs
  readonly ledger: LedgerImport
  readonly cursor: LogCursor
  readonly terms: LogTerms
  readonly dryRun: boolean
  readonly interrupt: Interrupt
  readonly bar: Bar
}

/** So many batches are kept while the next is read, since neither always takes as long. */
const KEPT_AT_ONCE = 2

async function importFrom(agent: Agent, run: ImportRun): Promise<ImportedFrom> {
  const { logs, cursor, interrupt, bar } = run
  const skipped: ImportedFrom['skipped'][number][] = []
  let [answers, unreadable] = [0, 0]
  let kept = NOTHING
  const keeping: Promise<Imported>[] = []
  for await (const batch of logs.read(agent, cursor)) {
    if (keeping.length === KEPT_AT_ONCE)
      kept = sumImported(kept, await (keeping.shift() ?? NOTHING))
    if (interrupt.happened()) break
    const next = keep(batch, run)
    // Heard where it is waited for; until then it is no failure that nobody hears.
    next.catch(() => {})
    keeping.push(next)
    answers += batch.records.length
    unreadable += batch.unreadable
    skipped.push(...batch.skipped)
    bar.update(shareOf(batch), `${agent}  ${answers} answers`)
  }
  for (const each of keeping) kept = sumImported(kept, await each)
  return { agent, answers, ...kept, unreadable, skipped }
}

const NOTHING: Imported = { added: 0, changed: 0, known: 0, refused: 0 }

/** Holds nothing of the batch until it is kept. */
function keep(batch: LogBatch, { ledger, terms, dryRun }: ImportRun): Promise<Imported> {
  if (dryRun || batch.places.size === 0) return Promise.resolve(NOTHING)
  return ledger.put(batch.records, batch.places, terms)
}

function shareOf({ readBytes, totalBytes }: LogBatch): number {
  return totalBytes === 0 ? 1 : readBytes / totalBytes
}

import { Command, InvalidArgumentError, Option } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import { plainLines, rawText } from '../../domain/sessions/line-filter.ts'
import type { Run } from '../../domain/sessions/session.ts'
import type { LogReader, SessionContext } from '../../ports.ts'
import { findNamed } from './find.ts'
import { goesOn, knownRuns, logWhole } from './waiting.ts'

const DEFAULT_LINES = 200
const POLL_MS = 100
const POLLS_PER_LISTING = 10

interface LogsOptions {
  readonly lines: number
  readonly follow?: boolean
  readonly raw?: boolean
}

const EXAMPLES = `
Examples:
  llmsel session logs crawler               # the last 200 lines, as plain text
  llmsel session logs crawler -n all -f     # everything, then what comes
  llmsel session logs crawler --raw         # with colours
`

export function logsCommand(ctx: SessionContext): Command {
  return new Command('logs')
    .argument('<session>', 'the session')
    .addOption(countOption())
    .option('-f, --follow', "and what comes, until the worker's end")
    .option('--raw', 'with the escapes that a terminal would act on')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: LogsOptions) => {
      await showLog(ctx, findNamed(knownRuns(ctx), name), options)
    })
}

export function countOption(): Option {
  return new Option('-n, --lines <count>', 'how many of the last lines, or "all"')
    .default(DEFAULT_LINES)
    .argParser(parseCount)
}

function parseCount(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count === 0) throw new InvalidArgumentError('it must be a whole number from 1 on, or "all".')
  return count
}

export async function showLog(
  ctx: SessionContext,
  run: Run,
  { lines, follow, raw }: Partial<LogsOptions>,
): Promise<void> {
  const log = ctx.sessions.folders.openLog(run.folder, lines ?? DEFAULT_LINES)
  if (log === null) {
    throw new LlmselError('not-found', `${run.name} has no log: ${run.folder}/log`)
  }
  // Output need not be UTF-8; a character may come in two pieces.
  const decoder = new TextDecoder()
  const filter = raw === true ? rawText() : plainLines()
  const show = () => pour(ctx, log, (bytes) => filter.push(decoder.decode(bytes, { stream: true })))
  try {
    show()
    if (follow === true) await keepShowing(ctx, run, show)
    ctx.streams.out(filter.push(decoder.decode()) + filter.rest())
  } finally {
    log.close()
  }
}

/** Everything that has come. */
function pour(
  { streams }: SessionContext,
  log: LogReader,
  textOf: (bytes: Uint8Array) => string,
): void {
  for (let bytes = log.read(); bytes.length > 0 && !streams.isClosed(); bytes = log.read()) {
    const text = textOf(bytes)
    if (text !== '') streams.out(text)
  }
}

async function keepShowing(ctx: SessionContext, run: Run, show: () => void): Promise<void> {
  const { sessions, streams } = ctx
  for (let poll = 0; !streams.isClosed(); poll++) {
    const rows = poll % POLLS_PER_LISTING === 0 ? sessions.tmux.list() : null
    if (!goesOn(ctx, run, rows)) break
    await sessions.pause(POLL_MS)
    show()
  }
  if (streams.isClosed()) return
  await logWhole(ctx, run)
  show()
}

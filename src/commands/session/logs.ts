import { Command, InvalidArgumentError } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import { lastLines, plainText } from '../../domain/sessions/log-text.ts'
import type { SessionContext } from '../../ports.ts'
import { findNamed } from './find.ts'

const DEFAULT_LINES = 200

interface LogsOptions {
  readonly lines: number
  readonly raw?: boolean
}

export function logsCommand(ctx: SessionContext): Command {
  return new Command('logs')
    .argument('<session>', 'the session')
    .option('-n, --lines <count>', 'how many lines', parseCount, DEFAULT_LINES)
    .option('--raw', 'with the escapes that a terminal would act on')
    .action((name: string, { lines, raw }: LogsOptions) => {
      const { folders } = ctx.sessions
      const run = findNamed(folders.runs(), name)
      const text = folders.logTail(run.folder, lines)
      if (text === null) throw new LlmselError('not-found', `${name} has no log: ${run.folder}/log`)
      ctx.streams.out(lastLines(raw === true ? text : plainText(text), lines))
    })
}

function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count === 0) throw new InvalidArgumentError('it must be a whole number from 1 on.')
  return count
}

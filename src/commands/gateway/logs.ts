import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import { plainLines } from '../../domain/sessions/line-filter.ts'
import type { GatewayContext } from '../../ports.ts'
import { countOption } from '../session/logs.ts'

const POLL_MS = 200

interface LogsOptions {
  readonly lines: number
  readonly follow?: boolean
}

const EXAMPLES = `
Examples:
  llmsel gateway logs -n 20
  llmsel gateway logs -f
`

export function logsCommand(ctx: GatewayContext): Command {
  return new Command('logs')
    .addOption(countOption())
    .option('-f, --follow', 'and what comes, until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(async ({ lines, follow }: LogsOptions) => {
      const sessions = await ctx.openSessions()
      const log = sessions.folders.openLog(ctx.gateway.folder, lines)
      if (log === null) {
        throw new LlmselError('not-found', `the gateway has no log: ${ctx.gateway.folder}/log`, {
          hint: 'run: llmsel gateway start',
        })
      }
      const decoder = new TextDecoder()
      const filter = plainLines()
      const show = () => {
        for (let bytes = log.read(); bytes.length > 0; bytes = log.read())
          ctx.streams.out(filter.push(decoder.decode(bytes, { stream: true })))
      }
      show()
      while (follow === true && !ctx.streams.isClosed()) {
        await sessions.pause(POLL_MS)
        show()
      }
      ctx.streams.out(filter.push(decoder.decode()) + filter.rest())
      log.close()
    })
}

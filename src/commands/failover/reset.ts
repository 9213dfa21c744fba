import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { Context } from '../../ports.ts'

const EXAMPLES = `
Examples:
  llmsel failover reset                      # every circuit; all may go back
  llmsel failover reset claude-haiku-5-5     # the circuits of one model
`

export function resetCommand(ctx: Context): Command {
  return new Command('reset')
    .argument('[target]', 'a model, or provider/model (default: all)')
    .addHelpText('after', EXAMPLES)
    .action(async (target: string | undefined) => {
      const answer = await (await ctx.openGateway()).ask('reset', { target: target ?? null })
      if (answer === null) {
        throw new LlmselError('not-found', 'no gateway runs, so there are no circuits', {
          hint: 'run: llmsel gateway start',
        })
      }
      const count = Number(answer['reset'])
      if (target !== undefined && count === 0) {
        throw new LlmselError('not-found', `no circuit of "${target}"`, {
          hint: 'run: llmsel failover',
        })
      }
      ctx.streams.err(`${count} ${count === 1 ? 'circuit' : 'circuits'} reset\n`)
    })
}

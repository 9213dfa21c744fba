import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { Context } from '../../ports.ts'
import { providerNamed } from './provider.ts'
import { tellGateway } from '../tell-gateway.ts'

const EXAMPLES = `
Examples:
  llmsel keys remove openai
`

export function removeCommand(ctx: Context): Command {
  return new Command('remove')
    .alias('rm')
    .description("forget a provider's key")
    .argument('<provider>', 'claude, openai or ollama')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string) => {
      const provider = providerNamed(name)
      if (!(await ctx.openKeys()).remove(provider)) {
        throw new LlmselError('not-found', `no key of ${provider} is kept`, {
          hint: 'run: llmsel keys list',
        })
      }
      await tellGateway(ctx)
    })
}

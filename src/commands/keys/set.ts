import { Command } from 'commander'
import { isKey } from '../../domain/config/key.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Context, StoredKey } from '../../ports.ts'
import { providerNamed } from './provider.ts'
import { tellGateway } from '../tell-gateway.ts'

const EXAMPLES = `
Examples:
  llmsel keys set claude                               # asks, and shows nothing
  llmsel keys set openai < key.txt
  llmsel keys set claude --command 'pass show anthropic'

A key is read from the terminal or from standard input, never from the command
line, where other users would see it.
`

export function setCommand(ctx: Context): Command {
  return new Command('set')
    .description("keep a provider's key for the gateway")
    .argument('<provider>', 'claude, openai or ollama')
    .option('--command <line>', 'a shell command that prints the key, instead of the key')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: { readonly command?: string }) => {
      const provider = providerNamed(name)
      const key = await keyFrom(ctx, name, options.command)
      const store = await ctx.openKeys()
      store.set(provider, key)
      ctx.streams.err(`kept in ${store.path}, for the gateway only\n`)
      await tellGateway(ctx)
    })
}

async function keyFrom(
  ctx: Context,
  provider: string,
  command: string | undefined,
): Promise<StoredKey> {
  if (command !== undefined) {
    if (command.trim() === '') throw new LlmselError('usage', '--command needs a command')
    return { kind: 'command', command }
  }
  const text = ctx.streams.canPrompt
    ? await ctx.askSecret(`Key of ${provider}:`)
    : await ctx.readInput()
  return { kind: 'key', key: checkedKey(text, provider) }
}

/** @throws LlmselError `usage`, which repeats nothing of it. */
export function checkedKey(text: string, provider: string): string {
  const key = text.trim()
  if (key === '') {
    throw new LlmselError('usage', `no key of ${provider} on standard input`, {
      hint: `on a terminal: llmsel keys set ${provider}`,
    })
  }
  // Nothing of it may be repeated here.
  if (!isKey(key)) {
    throw new LlmselError('usage', 'that is no key: it holds spaces or control characters')
  }
  return key
}

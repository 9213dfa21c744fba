import { Argument, Command, type Option } from 'commander'
import { namesChangeOn, nameLines } from '../domain/completion/names.ts'
import {
  COMPLETED_SHELLS,
  completionScript,
  type CompletedShell,
} from '../domain/completion/script.ts'
import { kindOf, type CommandNode, type ValueKind } from '../domain/completion/tree.ts'
import { profileSource } from '../domain/config/source.ts'
import { LlmselError } from '../domain/errors.ts'
import type { Context } from '../ports.ts'

/** The fragment in which the launcher finds the names. */
const NAMES_FRAGMENT = '@names'

const EXAMPLES = `
Examples:
  source <(llmsel completion bash)     # bash, in ~/.bashrc
  source <(llmsel completion zsh)      # zsh, in ~/.zshrc, below compinit
  llmsel completion fish > ~/.config/fish/completions/llmsel.fish    # fish

What \`llmsel init SHELL --install\` puts into the rc file loads them already,
at the first TAB.
`

/** `program` is the whole command table. */
export function completionCommand(ctx: Context, program: () => Promise<Command>): Command {
  return new Command('completion')
    .addArgument(new Argument('[shell]', 'whose completions').choices(COMPLETED_SHELLS))
    .option('--names', 'the names to complete, a line each, as the completions ask for them')
    .addHelpText('after', EXAMPLES)
    .action(async (shell: CompletedShell | undefined, options: { readonly names?: boolean }) => {
      if (options.names === true) {
        ctx.streams.out(await names(ctx))
      } else if (shell === undefined) {
        throw new LlmselError('usage', `which shell? one of ${COMPLETED_SHELLS.join(', ')}`)
      } else {
        ctx.streams.out(completionScript(shell, describe(await program())))
      }
    })
}

async function names(ctx: Context): Promise<string> {
  const source = profileSource(ctx.config.read(), {}, ctx.clock.now())
  const text = nameLines(source)
  await ctx.fragments.keep({
    syntax: 'sh',
    name: NAMES_FRAGMENT,
    text,
    configChangedAtNs: ctx.config.changedAtNs(),
    refreshedAtNs: ctx.config.refreshedAtNs(),
    until: namesChangeOn(source),
  })
  return text
}

function describe(command: Command): CommandNode {
  const { options, registeredArguments, commands } = command
  const visible = options.filter(({ hidden }) => !hidden)
  return {
    name: command.name(),
    about: command.description(),
    options: [
      ...visible.map((option) => ({
        flags: [option.short, option.long].filter((flag) => flag !== undefined),
        about: option.description,
        value: option.required || option.optional ? valueOf(option) : null,
      })),
      { flags: ['--help'], about: 'the options and examples', value: null },
    ],
    arguments: registeredArguments.map((argument) => ({
      kind: argumentKind(argument),
      repeats: argument.variadic,
    })),
    commands: commands.map(describe),
  }
}

function valueOf({ argChoices, flags }: Option): ValueKind {
  const [placeholder = ''] = /[<[].*$/.exec(flags) ?? []
  return argChoices === undefined ? kindOf(placeholder) : { words: argChoices }
}

function argumentKind(argument: Argument): ValueKind {
  const { argChoices } = argument
  return argChoices === undefined ? kindOf(argument.name()) : { words: argChoices }
}

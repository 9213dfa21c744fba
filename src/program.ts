import { Command } from 'commander'
import { attachNamed, type Argv, type Entry } from './commands/attach.ts'
import type { Context } from './ports.ts'
import { errorText, usageFailure } from './ui/errors.ts'
import { VERSION } from './version.ts'

/** The command table, in the order of the help. */
const COMMANDS: readonly Entry<Context>[] = [
  {
    name: 'setup',
    about: 'the first steps, asked one by one: default, local model, keys, shells',
    load: async (ctx) => (await import('./commands/setup/setup.ts')).setupCommand(ctx),
  },
  {
    name: 'models',
    about: 'the models: price, speed, quality, use case, lifecycle',
    load: async (ctx) => (await import('./commands/models/noun.ts')).modelsNoun(ctx),
  },
  {
    name: 'env',
    about: "the code that puts a profile's model on this shell",
    load: async (ctx) => (await import('./commands/env.ts')).envCommand(ctx),
  },
  {
    name: 'use',
    about: 'put a profile on this shell, this folder or every new shell',
    load: async (ctx) => (await import('./commands/use.ts')).useCommand(ctx),
  },
  {
    name: 'which',
    about: 'which model this shell has, and who decided it',
    load: async (ctx) => (await import('./commands/which.ts')).whichCommand(ctx),
  },
  {
    name: 'init',
    about: 'the right model in every new shell: the default, use, completions',
    load: async (ctx) => (await import('./commands/init.ts')).initCommand(ctx),
  },
  {
    name: 'session',
    about: 'terminal sessions, each on its model',
    load: async (ctx, argv) =>
      await (await import('./commands/session/noun.ts')).sessionNoun(ctx, argv),
  },
  {
    name: 'failover',
    about: 'what is asked when a model does not answer, and how each is',
    load: async (ctx, argv) =>
      await (await import('./commands/failover/noun.ts')).failoverNoun(ctx, argv),
  },
  {
    name: 'gateway',
    about: 'the local server through which programs fail over',
    load: async (ctx, argv) =>
      await (await import('./commands/gateway/noun.ts')).gatewayNoun(ctx, argv),
  },
  {
    name: 'keys',
    about: "providers' keys, kept for the gateway",
    load: async (ctx) => (await import('./commands/keys/noun.ts')).keysNoun(ctx),
  },
  {
    name: 'costs',
    about: 'what models cost: compared, spent, and what if',
    load: async (ctx, argv) =>
      await (await import('./commands/costs/noun.ts')).costsNoun(ctx, argv),
  },
  {
    name: 'config',
    about: 'what is set, and setting it',
    load: async (ctx) => (await import('./commands/config/noun.ts')).configNoun(ctx),
  },
  {
    name: 'doctor',
    about: 'what is not as it should be on this machine, and what mends it',
    load: async (ctx) => (await import('./commands/doctor.ts')).doctorCommand(ctx),
  },
  {
    name: 'completion',
    about: 'what a shell loads to complete this command line',
    load: async (ctx) =>
      (await import('./commands/completion.ts')).completionCommand(
        ctx,
        async () => await createProgram(ctx, 'all'),
      ),
  },
]

const EXAMPLES = `
Examples:
  llmsel               # on a terminal: where you are, and what makes sense next
  llmsel setup         # the first steps, asked one by one
  llmsel session new budget --run workers/crawler_service.py
  llmsel which
  eval "$(llmsel env haiku)"

Every command says more: llmsel session new --help
llmsel --json: where you are, for programs
--no-color, or NO_COLOR=1 in the environment: no colour
`

/** With what `argv` needs of the command table; `all`: every command in full. */
export async function createProgram(ctx: Context, argv: Argv): Promise<Command> {
  const { out, err } = ctx.streams
  const json = argv.includes('--json')
  const outputError = (text: string): void => err(json ? errorText(usageFailure(text), true) : text)
  const program = new Command('llmsel')
    .description('Put each terminal session on the right LLM at the right price')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err, outputError })
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError(json ? false : '(add --help for the options and examples)')
  if (asksWhere(ctx, argv)) return (await import('./commands/where.ts')).whereAction(ctx, program)
  return await attachNamed(program, COMMANDS, { ctx, argv, place: 0 })
}

/** With an action, commander would take an unknown command for an argument. */
function asksWhere({ streams }: Context, argv: Argv): boolean {
  return argv.length === 0 ? streams.isTty : argv.length === 1 && argv[0] === '--json'
}

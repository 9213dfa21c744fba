import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attachNamed, type Argv, type Entry } from '../attach.ts'

const VERBS: readonly Entry<Context>[] = [
  {
    name: 'spent',
    about: 'what was spent, from the ledger',
    load: async (ctx) => (await import('./spent.ts')).spentCommand(ctx),
  },
  {
    name: 'what-if',
    about: 'what the same work would have cost on other models',
    load: async (ctx) => (await import('./what-if.ts')).whatIfCommand(ctx),
  },
  {
    name: 'import',
    about: "agents' own logs into the ledger",
    load: async (ctx) => (await import('./import.ts')).importCommand(ctx),
  },
  {
    name: 'export',
    about: 'the ledger as CSV or JSON, a row for each attempt',
    load: async (ctx) => (await import('./export.ts')).exportCommand(ctx),
  },
]

export async function costsNoun(ctx: Context, argv: Argv): Promise<Command> {
  const verb = argv === 'all' ? undefined : argv[argv.indexOf('costs') + 1]
  // With an action, commander would take an unknown verb for an argument.
  const isOwn = verb === undefined || verb.startsWith('-')
  const noun = isOwn ? (await import('./compare.ts')).costsCommand(ctx) : new Command('costs')
  return await attachNamed(noun, VERBS, { ctx, argv, place: 1 })
}

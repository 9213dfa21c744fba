import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attachNamed, type Argv, type Entry } from '../attach.ts'
import { showAction } from './show.ts'

const VERBS: readonly Entry<Context>[] = [
  {
    name: 'status',
    about: 'the chain, each hop with its readiness and circuit',
    load: async (ctx) => (await import('./show.ts')).statusCommand(ctx),
  },
  {
    name: 'set',
    about: 'which models to ask, in this order',
    load: async (ctx) => (await import('./set.ts')).setCommand(ctx),
  },
  {
    name: 'on',
    about: 'let a profile fail over',
    load: async (ctx) => (await import('./switch.ts')).switchCommand(ctx, 'on'),
  },
  {
    name: 'off',
    about: 'hold a profile to its own model',
    load: async (ctx) => (await import('./switch.ts')).switchCommand(ctx, 'off'),
  },
  {
    name: 'reset',
    about: 'close circuits, and forget what was left',
    load: async (ctx) => (await import('./reset.ts')).resetCommand(ctx),
  },
  {
    name: 'drill',
    about: 'see what happens when providers fail, without asking any',
    load: async (ctx) => (await import('./drill.ts')).drillCommand(ctx),
  },
]

export async function failoverNoun(ctx: Context, argv: Argv): Promise<Command> {
  const noun = new Command('failover')
  // With an action, commander would take an unknown verb for an argument.
  if (argv === 'all' || (argv[1] ?? '-').startsWith('-')) showAction(ctx, noun)
  return await attachNamed(noun, VERBS, { ctx, argv, place: 1 })
}

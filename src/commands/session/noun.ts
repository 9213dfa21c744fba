import { Command } from 'commander'
import type { Context, SessionContext } from '../../ports.ts'
import { attachNamed, type Argv, type Entry } from '../attach.ts'

const VERBS: readonly Entry<SessionContext>[] = [
  {
    name: 'new',
    about: "start a session on a profile's model",
    load: async (ctx) => (await import('./new.ts')).newCommand(ctx),
  },
  {
    name: 'list',
    alias: 'ls',
    about: 'the sessions that llmsel started, and what became of them',
    load: async (ctx) => (await import('./list.ts')).listCommand(ctx),
  },
  {
    name: 'attach',
    about: 'show a session on this terminal',
    load: async (ctx) => (await import('./attach.ts')).attachCommand(ctx),
  },
  {
    name: 'logs',
    about: "a session's output",
    load: async (ctx) => (await import('./logs.ts')).logsCommand(ctx),
  },
  {
    name: 'stop',
    about: 'end sessions and every process of theirs',
    load: async (ctx) => (await import('./stop.ts')).stopCommand(ctx),
  },
]

export async function sessionNoun(context: Context, argv: Argv): Promise<Command> {
  const ctx = { ...context, sessions: await context.openSessions() }
  return await attachNamed(new Command('session'), VERBS, { ctx, argv })
}

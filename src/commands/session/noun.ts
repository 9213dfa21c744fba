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
    name: 'wait',
    about: "wait for workers' ends, and exit as they did",
    load: async (ctx) => (await import('./wait.ts')).waitCommand(ctx),
  },
  {
    name: 'send',
    about: 'type into a session',
    load: async (ctx) => (await import('./send.ts')).sendCommand(ctx),
  },
  {
    name: 'restart',
    about: 'run the same again, on another model if you like',
    load: async (ctx) => (await import('./restart.ts')).restartCommand(ctx),
  },
  {
    name: 'stop',
    about: 'end sessions and every process of theirs',
    load: async (ctx) => (await import('./stop.ts')).stopCommand(ctx),
  },
  {
    name: 'up',
    about: 'start what a fleet file names, and change what differs',
    load: async (ctx) => (await import('./up.ts')).upCommand(ctx),
  },
  {
    name: 'down',
    about: 'end what a fleet file started',
    load: async (ctx) => (await import('./down.ts')).downCommand(ctx),
  },
  {
    name: 'restore',
    about: 'start what ran when tmux or the machine went down',
    load: async (ctx) => (await import('./restore.ts')).restoreCommand(ctx),
  },
  {
    name: 'prune',
    about: 'remove those that have ended; their logs stay',
    load: async (ctx) => (await import('./prune.ts')).pruneCommand(ctx),
  },
]

const EXAMPLES = `
Examples:
  llmsel session new budget --run workers/crawler_service.py
  llmsel session list                   # what runs, and what became of the rest
  llmsel session logs crawler -f
  llmsel session stop crawler
`

export async function sessionNoun(context: Context, argv: Argv): Promise<Command> {
  const ctx = { ...context, sessions: await context.openSessions() }
  const noun = new Command('session').addHelpText('after', EXAMPLES)
  // With an action, commander would take an unknown verb for an argument.
  if (argv.length === 1 && context.streams.isTty && context.streams.canPrompt) {
    noun.action(async () => await (await import('./picker.ts')).pickAndAct(ctx))
  }
  return await attachNamed(noun, VERBS, { ctx, argv, place: 1 })
}

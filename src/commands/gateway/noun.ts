import { Command } from 'commander'
import type { Context, GatewayContext } from '../../ports.ts'
import { attachNamed, type Argv, type Entry } from '../attach.ts'

const VERBS: readonly Entry<GatewayContext>[] = [
  {
    name: 'start',
    about: 'start it in the background, supervised',
    load: async (ctx) => (await import('./start.ts')).startCommand(ctx),
  },
  {
    name: 'stop',
    about: 'let its requests end, then end it',
    load: async (ctx) => (await import('./stop.ts')).stopCommand(ctx),
  },
  {
    name: 'restart',
    about: 'a new one in its place; requests under way go on',
    load: async (ctx) => (await import('./restart.ts')).restartCommand(ctx),
  },
  {
    name: 'status',
    about: 'where it listens, and what its providers are like',
    load: async (ctx) => (await import('./status.ts')).statusCommand(ctx),
  },
  {
    name: 'logs',
    about: 'what it has done, a line a request',
    load: async (ctx) => (await import('./logs.ts')).logsCommand(ctx),
  },
  {
    name: 'open',
    about: 'the dashboard, in your browser',
    load: async (ctx) => (await import('./open.ts')).openCommand(ctx),
  },
  {
    name: 'url',
    about: 'the base URL for a shell on a profile',
    load: async (ctx) => (await import('./url.ts')).urlCommand(ctx),
  },
  {
    name: 'run',
    about: 'run it in the foreground, for a service manager',
    load: async (ctx) => (await import('./run.ts')).runCommand(ctx),
  },
]

const EXAMPLES = `
Examples:
  llmsel gateway start
  llmsel gateway status
  llmsel gateway logs -f
`

export async function gatewayNoun(context: Context, argv: Argv): Promise<Command> {
  const ctx = { ...context, gateway: await context.openGateway() }
  return await attachNamed(new Command('gateway').addHelpText('after', EXAMPLES), VERBS, {
    ctx,
    argv,
    place: 1,
  })
}

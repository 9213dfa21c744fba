import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { attachCommand } from './attach.ts'
import { listCommand } from './list.ts'
import { logsCommand } from './logs.ts'
import { newCommand } from './new.ts'
import { stopCommand } from './stop.ts'

export async function sessionNoun(context: Context): Promise<Command> {
  const ctx = { ...context, sessions: await context.openSessions() }
  return attach(
    new Command('session'),
    newCommand(ctx),
    listCommand(ctx),
    attachCommand(ctx),
    logsCommand(ctx),
    stopCommand(ctx),
  )
}

import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { getCommand } from './get.ts'
import { listCommand } from './list.ts'
import { pathCommand } from './path.ts'
import { setCommand } from './set.ts'
import { unsetCommand } from './unset.ts'

export function configNoun(ctx: Context): Command {
  return attach(
    new Command('config'),
    listCommand(ctx),
    getCommand(ctx),
    setCommand(ctx),
    unsetCommand(ctx),
    pathCommand(ctx),
  )
}

import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { listCommand } from './list.ts'
import { removeCommand } from './remove.ts'
import { setCommand } from './set.ts'

export function keysNoun(ctx: Context): Command {
  return attach(new Command('keys'), setCommand(ctx), listCommand(ctx), removeCommand(ctx))
}

import type { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { modelsCommand } from './list.ts'
import { pinCommand } from './pin.ts'
import { showCommand } from './show.ts'
import { unpinCommand } from './unpin.ts'

/** Itself a command, and the parent of show, pin and unpin. */
export function modelsNoun(ctx: Context): Command {
  return attach(modelsCommand(ctx), showCommand(ctx), pinCommand(ctx), unpinCommand(ctx))
}

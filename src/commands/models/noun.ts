import type { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { addCommand } from './add.ts'
import { modelsCommand } from './list.ts'
import { pinCommand } from './pin.ts'
import { refreshCommand } from './refresh.ts'
import { removeCommand } from './remove.ts'
import { showCommand } from './show.ts'
import { unpinCommand } from './unpin.ts'

/** Itself a command, and the parent of its verbs. */
export function modelsNoun(ctx: Context): Command {
  const verbs = [showCommand, addCommand, removeCommand, refreshCommand, pinCommand, unpinCommand]
  return attach(modelsCommand(ctx), ...verbs.map((verb) => verb(ctx)))
}

import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { listCommand } from './list.ts'
import { removeCommand } from './remove.ts'
import { setCommand } from './set.ts'

const EXAMPLES = `
Examples:
  llmsel keys set openai     # asks, and shows nothing of it
  llmsel keys list
`

export function keysNoun(ctx: Context): Command {
  return attach(
    new Command('keys').addHelpText('after', EXAMPLES),
    setCommand(ctx),
    listCommand(ctx),
    removeCommand(ctx),
  )
}

import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { getCommand } from './get.ts'
import { listCommand } from './list.ts'
import { pathCommand } from './path.ts'
import { setCommand } from './set.ts'
import { unsetCommand } from './unset.ts'

const EXAMPLES = `
Examples:
  llmsel config list
  llmsel config set default budget
  llmsel config set profiles.night.model haiku
  llmsel config get default
`

export function configNoun(ctx: Context): Command {
  return attach(
    new Command('config').addHelpText('after', EXAMPLES),
    listCommand(ctx),
    getCommand(ctx),
    setCommand(ctx),
    unsetCommand(ctx),
    pathCommand(ctx),
  )
}

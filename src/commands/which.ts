import { Command } from 'commander'
import { profileSource } from '../domain/config/source.ts'
import {
  which,
  type ActiveChoice,
  type VariableRow,
  type WhichReport,
} from '../domain/profiles/which.ts'
import type { Context } from '../ports.ts'
import { originText } from '../ui/origin.ts'
import { print, type Part } from '../ui/report.ts'

interface WhichOptions {
  readonly short?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel which            the model, and who decided each variable
  llmsel which --short    PROFILE MODEL, without starting Node, for prompts ("!": changed since)
  llmsel which --json
`

export function whichCommand(ctx: Context): Command {
  return new Command('which')
    .option('--short', 'one line for prompts; nothing where llmsel applied nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: WhichOptions) => {
      const settings = ctx.config.read()
      const source = profileSource(settings, ctx.env, ctx.clock.now())
      const data = which(source, ctx.env, settings.default)
      const view = options.short === true ? short : whole
      await print(ctx.streams, { data, view }, options)
      if (options.json !== true && options.short !== true) sayMoved(ctx, data.active)
    })
}

function short({ active, variables }: WhichReport): Part[] {
  if (active === null) return []
  const models = variables.filter(({ name }) => /^(CLAUDE|ANTHROPIC)_MODEL$/.test(name))
  const drift = models.some(({ value }) => value !== null && value !== active.model) ? ' !' : ''
  return [`${active.profile} ${active.model}${drift}\n`]
}

function whole({ active, next, variables }: WhichReport): Part[] {
  if (active === null) {
    return [
      `not active in this shell; a new session would get ${next.profile} (${next.from})\n`,
      ...(variables.length > 0 ? ['set by hand:\n', table(variables, 'not llmsel')] : []),
      `to activate: eval "$(llmsel env ${next.profile})"\n`,
    ]
  }
  const origin = originText(active.origin)
  return [
    `${active.profile}: ${active.model} (${origin})\n`,
    table(variables, origin),
    ...variables.flatMap(cause),
  ]
}

function table(variables: readonly VariableRow[], origin: string): Part {
  return {
    columns: [{ header: 'variable' }, { header: 'value' }, { header: 'origin' }, { header: '' }],
    rows: variables.map(({ name, value, setBy, drift }) => [
      name,
      value ?? '(not set)',
      setBy === 'llmsel' ? origin : 'not llmsel',
      drift === null ? '' : `drift: should be ${drift.expected ?? 'unset'}`,
    ]),
  }
}

function cause({ name, value, drift }: VariableRow): Part[] {
  if (drift === null) return []
  const what = value === null ? 'unset' : 'set'
  return [`${name} was ${what} by something after llmsel, such as a later line of an rc file\n`]
}

function sayMoved({ streams }: Context, active: ActiveChoice | null): void {
  if (active === null || active.meansNow === null) return
  const { profile, meansNow, model } = active
  streams.err(`llmsel: ${profile} now means ${meansNow}; this shell still has ${model}\n`)
}

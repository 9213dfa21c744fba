import { Command } from 'commander'
import { profileSource } from '../domain/config/source.ts'
import { checksOf, inForce, type Check } from '../domain/doctor/checks.ts'
import {
  claudeSettings,
  describeSetting,
  type ClaudeSetting,
} from '../domain/doctor/claude-settings.ts'
import { readShellFile } from '../domain/doctor/shell-text.ts'
import { managedNames } from '../domain/profiles/environment.ts'
import type { ProfileSource } from '../domain/profiles/resolve.ts'
import {
  which,
  withCauses,
  type ActiveChoice,
  type VariableRow,
  type WhichReport,
} from '../domain/profiles/which.ts'
import type { Context, Streams, Surroundings } from '../ports.ts'
import { findingsView } from '../ui/findings.ts'
import { originKind, originText } from '../ui/origin.ts'
import { print, type Part } from '../ui/report.ts'
import { widthOf, type Table } from '../ui/table.ts'
import { sentence } from '../ui/wrap.ts'

interface WhichOptions {
  readonly short?: boolean
  readonly check?: boolean
  readonly json?: boolean
}

/** `which`'s result, and its `--json` document. */
interface Answer extends WhichReport {
  /** What Claude Code's own settings files say. */
  readonly claudeSettings: readonly ClaudeSetting[]
  /** Empty unless they were asked for. */
  readonly checks: readonly Check[]
}

const EXAMPLES = `
Examples:
  llmsel which            # the model, and who decided each variable
  llmsel which --short    # PROFILE MODEL, for prompts; "!": changed since
  llmsel which --check    # does it work: key, endpoint, local model? exit 1: no
  llmsel which --json
`

export function whichCommand(ctx: Context): Command {
  return new Command('which')
    .option('--short', 'one line for prompts; nothing where llmsel applied nothing')
    .option('--check', 'try the key, the endpoint and the model; nothing secret is sent')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: WhichOptions) => {
      const settings = ctx.config.read()
      const source = profileSource(settings, ctx.env, ctx.clock.now())
      const report = which(source, ctx.env, settings.default)
      if (options.short === true && options.json !== true) {
        await print(ctx.streams, { data: report, view: short }, options)
        return
      }
      const data = await wholeAnswer(ctx, { source, report, check: options.check === true })
      if (data.checks.some(({ state }) => state === 'problem')) ctx.outcome.exitCode = 1
      await print(ctx.streams, { data, view: whole }, options)
      if (options.json !== true) sayMoved(ctx, data.active)
    })
}

interface Question {
  readonly source: ProfileSource
  readonly report: WhichReport
  readonly check: boolean
}

async function wholeAnswer(ctx: Context, question: Question): Promise<Answer> {
  const { source, report, check } = question
  const surroundings = await ctx.openSurroundings()
  const { settings, problems } = claudeSettings(surroundings.claudeSettings(), source, ctx.env)
  for (const problem of problems) ctx.streams.err(`llmsel: not looked at: ${problem}\n`)
  const explained = withCauses(report, await exportPlaces(source, report, surroundings))
  const answer = { ...explained, claudeSettings: settings, checks: [] }
  if (!check) return answer
  const target = inForce(source, ctx.env, report)
  const local = target.provider === 'ollama'
  const [connected, ollama] = await Promise.all([
    local ? false : surroundings.accepts(target.dialled),
    local ? surroundings.ollama(target.origin) : null,
  ])
  const answers = { connected, ollama, claudeLogin: surroundings.claudeLogin() }
  return { ...answer, checks: checksOf(target, source, ctx.env, answers) }
}

/** Where start-up files export what has drifted; asked only where something has. */
async function exportPlaces(
  source: ProfileSource,
  { variables }: WhichReport,
  surroundings: Surroundings,
): Promise<ReadonlyMap<string, string>> {
  if (variables.every(({ drift }) => drift === null)) return new Map()
  const files = await surroundings.startupFiles()
  const exports = files.flatMap((file) => readShellFile(file, managedNames(source)).exports)
  return new Map(exports.map(({ name, place }) => [name, `${place.file}:${place.line}`]))
}

function short({ active, variables }: WhichReport): Part[] {
  if (active === null) return []
  const models = variables.filter(({ name }) => /^(CLAUDE|ANTHROPIC)_MODEL$/.test(name))
  const drift = models.some(({ value }) => value !== null && value !== active.model) ? ' !' : ''
  return [`${active.profile} ${active.model}${drift}\n`]
}

function whole(answer: Answer, streams: Streams): Part[] {
  return [
    ...variablesView(answer, streams),
    ...answer.claudeSettings.map((setting) => sentence(describeSetting(setting), streams)),
    ...findingsView(answer.checks, streams),
  ]
}

function variablesView({ active, next, variables }: WhichReport, streams: Streams): Part[] {
  if (active === null) {
    return [
      `not active in this shell; a new session would get ${next.profile} (${next.from})\n`,
      ...(variables.length > 0 ? ['set by hand:\n', table(variables, 'not llmsel')] : []),
      `to activate: eval "$(llmsel env ${next.profile})"\n`,
    ]
  }
  const origin = originText(active.origin)
  const full = table(variables, origin)
  const fits = !streams.isTty || widthOf(full) <= streams.columns
  return [
    `${active.profile}: ${active.model} (${origin})\n`,
    // The line above has the whole origin, and those below what a variable should be.
    fits ? full : briefTable(variables, originKind(active.origin)),
    ...variables.flatMap((row) => cause(row, !fits)).map((text) => sentence(text, streams)),
  ]
}

function table(variables: readonly VariableRow[], origin: string): Table {
  return {
    columns: [
      { header: 'variable' },
      { header: 'value', wraps: true },
      { header: 'origin', wraps: true },
      { header: '' },
    ],
    rows: variables.map(({ name, value, setBy, drift }) => [
      name,
      value ?? '(not set)',
      setBy === 'llmsel' ? origin : 'not llmsel',
      drift === null ? '' : `drift: should be ${drift.expected ?? 'unset'}`,
    ]),
  }
}

function briefTable(variables: readonly VariableRow[], origin: string): Table {
  const { columns, rows } = table(variables, origin)
  return { columns, rows: rows.map((row) => row.with(-1, row.at(-1) === '' ? '' : 'drift')) }
}

function cause({ name, value, drift }: VariableRow, withShould: boolean): string[] {
  if (drift === null) return []
  const what = value === null ? 'unset' : 'set'
  const where = drift.likelyCause ?? 'something after llmsel, such as a later line of an rc file'
  const should = withShould ? ` should be ${drift.expected ?? 'unset'}, but` : ''
  return [`${name}${should} was ${what} by ${where}`]
}

function sayMoved({ streams }: Context, active: ActiveChoice | null): void {
  if (active === null || active.meansNow === null) return
  const { profile, meansNow, model } = active
  streams.err(`llmsel: ${profile} now means ${meansNow}; this shell still has ${model}\n`)
}

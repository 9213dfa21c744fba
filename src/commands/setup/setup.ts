import { Command, Option } from 'commander'
import { parseSettings } from '../../domain/config/schema.ts'
import type { Settings } from '../../domain/config/settings.ts'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { OLLAMA_URL } from '../../domain/profiles/ollama-host.ts'
import { resolveProfile, type ProfileSource } from '../../domain/profiles/resolve.ts'
import { checkLocal } from '../../domain/setup/local-models.ts'
import type { PricedProfile } from '../../domain/setup/month.ts'
import { commandToTry } from '../../domain/setup/next.ts'
import { isEmpty, planOf, withSettings, type SetupPlan } from '../../domain/setup/plan.ts'
import { hopsOf, isReady, knownProfiles, proposedAnswers } from '../../domain/setup/propose.ts'
import { setupReport } from '../../domain/setup/report.ts'
import { INSTALL_SHELLS, type InstallShell } from '../../domain/shell/rc-lines.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { factsText, monthView, planText } from '../../ui/setup.ts'
import { carryOut } from './apply.ts'
import { askAll, type Decided, type Given, type Question } from './ask.ts'
import { observe, type Observed } from './observe.ts'
import { readMonth } from './read-month.ts'

interface SetupOptions {
  readonly default?: string
  readonly ollamaModel?: string
  readonly shell: readonly InstallShell[]
  readonly rc: boolean
  readonly skipKeys?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel setup               # looks, proposes, asks, shows its plan, acts
  llmsel setup --yes         # the same with every proposal taken
  llmsel setup --dry-run     # what --yes would do; changes nothing
  llmsel setup --yes --default budget --ollama-model qwen3:8b --shell bash
  llmsel setup --yes --no-rc --json

Nothing is changed before the last answer. Keys are asked for without showing
them, and never taken from the command line. A second run changes nothing that
is as it should be.
`

const UNCHANGED = 'llmsel: nothing was changed\n'

export function setupCommand(ctx: Context): Command {
  return new Command('setup')
    .option('--default <profile>', 'the default of new shells and sessions')
    .option('--ollama-model <model>', 'the local model')
    .addOption(
      new Option('--shell <shell>', 'a shell that is to load llmsel; may be repeated')
        .argParser(addShell)
        .default([], "SHELL's"),
    )
    .addOption(new Option('--no-rc', 'leave the start-up files as they are').conflicts('shell'))
    .option('--skip-keys', 'ask for no keys')
    .option('--yes', 'ask nothing: take what is proposed, but for what the other options say')
    .option('--dry-run', 'ask nothing, and say what --yes would do')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SetupOptions) => {
      try {
        await run(ctx, options)
      } catch (error) {
        const left = error instanceof Error && error.name === 'ExitPromptError'
        if (left) ctx.streams.err(UNCHANGED)
        throw error
      }
    })
}

function addShell(name: string, before: readonly InstallShell[]): readonly InstallShell[] {
  const shell = INSTALL_SHELLS.find((each) => each === name)
  if (shell !== undefined) return [...new Set([...before, shell])]
  throw new LlmselError('usage', `--shell: not one of ${INSTALL_SHELLS.join(', ')}: "${name}"`, {
    hint: 'for another shell see: llmsel init --help',
  })
}

async function run(ctx: Context, options: SetupOptions): Promise<void> {
  const { asks, acts, shows } = modeOf(options)
  if (asks && !ctx.streams.canPrompt) throw noTerminal()
  const settings = ctx.config.read()
  const given = givenBy(options, settings, ctx)
  const observed = await observe(ctx, sourceOf(ctx, settings, null), given.shells ?? [])
  const question = await questionOf(ctx, { settings, given, observed })
  if (shows) await show(ctx, question)
  const decided = asks ? await askAll(ctx, question) : proposedBy(question)
  checkShells(decided, question)
  const plan = planFor(ctx, { settings, decided, question })
  if (shows) await showPlan(ctx, plan)
  const wanted = acts && !isEmpty(plan)
  if (wanted && asks && !(await agrees(ctx))) return
  if (wanted) await carryOut(ctx, { plan, secrets: decided.secrets, rcPlans: observed.rcPlans })
  await finish(ctx, { question, decided, plan, settings, changed: wanted }, options)
}

interface Mode {
  readonly asks: boolean
  readonly acts: boolean
  /** For people, what is found and planned. */
  readonly shows: boolean
}

function modeOf({ yes = false, dryRun = false, json = false }: SetupOptions): Mode {
  return { asks: !yes && !dryRun, acts: !dryRun, shows: !json }
}

function noTerminal(): LlmselError {
  return new LlmselError('usage', 'setup asks questions, and there is no terminal to ask on', {
    hint: `run: llmsel setup --yes       takes what is proposed; llmsel setup --dry-run says what that is
the answers: --default PROFILE --ollama-model MODEL --shell SHELL (or --no-rc) --skip-keys`,
  })
}

function sourceOf(ctx: Context, settings: Settings, ollamaModel: string | null): ProfileSource {
  const chosen = ollamaModel === null ? settings : { ...settings, ollamaModel }
  return profileSource(chosen, ctx.env, ctx.clock.now())
}

/** What the options say, checked before anything is asked. */
function givenBy(options: SetupOptions, settings: Settings, ctx: Context): Given {
  const { default: profile = null, ollamaModel = null, shell, rc, skipKeys = false } = options
  const source = sourceOf(ctx, settings, null)
  if (ollamaModel !== null) checkLocal(ollamaModel, source.catalogue)
  if (profile !== null) resolveProfile(sourceOf(ctx, settings, ollamaModel), profile)
  return {
    profile,
    ollamaModel,
    shells: !rc ? [] : shell.length > 0 ? shell : null,
    skipKeys,
  }
}

interface Seen {
  readonly settings: Settings
  readonly given: Given
  readonly observed: Observed
}

async function questionOf(ctx: Context, seen: Seen): Promise<Question> {
  const { settings, given, observed } = seen
  const { facts } = observed
  const configured = { profile: settings.default, ollamaModel: settings.ollamaModel }
  const proposed = proposedAnswers(facts, configured)
  const source = sourceOf(ctx, settings, given.ollamaModel ?? proposed.ollamaModel)
  const month = await readMonth(ctx, source, knownProfiles(source))
  return { facts, month, configured, proposed, given }
}

function proposedBy({ proposed, given }: Question): Decided {
  const answers = {
    profile: given.profile ?? proposed.profile,
    ollamaModel: given.ollamaModel ?? proposed.ollamaModel,
    shells: given.shells ?? proposed.shells,
    keys: [],
  }
  return { answers, secrets: new Map() }
}

/** One that was asked for by name must not be left out silently. */
function checkShells({ answers }: Decided, { facts }: Question): void {
  const broken = facts.shells.find(
    ({ shell, problem }) => problem !== null && answers.shells.includes(shell),
  )
  if (broken === undefined) return
  throw new LlmselError('io', `nothing was changed: ${broken.problem ?? ''}`, {
    hint: `see: llmsel init ${broken.shell} --install; or without it: llmsel setup --no-rc`,
  })
}

interface Planned {
  readonly settings: Settings
  readonly decided: Decided
  readonly question: Question
}

function planFor(ctx: Context, { settings, decided, question }: Planned): SetupPlan {
  const document = ctx.config.document()
  const { baseUrls } = sourceOf(ctx, settings, null)
  const present = { document, ollamaUrl: baseUrls.ollama ?? OLLAMA_URL }
  const plan = planOf(decided.answers, question.facts, present)
  const after = parseSettings(withSettings(document, plan))
  resolveProfile(sourceOf(ctx, after, null), decided.answers.profile)
  return plan
}

function readyIn({ facts }: Question, { answers }: Decided): (row: PricedProfile) => boolean {
  return ({ profile }) => isReady(profile, facts, answers.keys)
}

async function show(ctx: Context, question: Question): Promise<void> {
  const { streams, env } = ctx
  const view = () => [
    factsText(question.facts, { columns: streams.columns, home: env['HOME'] }),
    ...monthView(question.month, readyIn(question, proposedBy(question))),
  ]
  await print(streams, { data: null, view }, {})
}

async function showPlan(ctx: Context, plan: SetupPlan): Promise<void> {
  const { streams, env, config } = ctx
  const place = { columns: streams.columns, home: env['HOME'], configPath: config.path }
  await print(streams, { data: null, view: () => ['\n', planText(plan, place)] }, {})
}

async function agrees(ctx: Context): Promise<boolean> {
  const answer = await ctx.choose('Make these changes?', [
    { name: 'yes', value: 'yes' },
    { name: 'no', value: 'no' },
  ])
  if (answer === 'yes') return true
  ctx.streams.err(UNCHANGED)
  ctx.outcome.exitCode = 130
  return false
}

interface Finished extends Planned {
  readonly plan: SetupPlan
  readonly changed: boolean
}

async function finish(ctx: Context, finished: Finished, options: SetupOptions): Promise<void> {
  const { question, decided, plan, changed, settings } = finished
  const { profile: name, ollamaModel, keys } = decided.answers
  const profile = resolveProfile(sourceOf(ctx, settings, ollamaModel), name)
  const { facts, month } = question
  const next = commandToTry(facts, { name, hops: hopsOf(profile, facts, keys) })
  const data = setupReport({
    found: facts,
    month,
    isReady: readyIn(question, decided),
    plan,
    changed,
    next,
  })
  await print(ctx.streams, { data, view: () => [`\ntry it: ${next}\n`] }, options)
}

import { DAYS_PER_MONTH } from '../domain/costs/compare.ts'
import { DEFAULT_LOCAL_MODEL } from '../domain/models/ollama.ts'
import { KEYED_PROVIDERS, type SetupFacts } from '../domain/setup/facts.ts'
import type { LocalChoice } from '../domain/setup/local-models.ts'
import type { Month, PricedProfile } from '../domain/setup/month.ts'
import type { SetupPlan } from '../domain/setup/plan.ts'
import { labelled } from './labelled.ts'
import { usdOfPico } from './money.ts'
import type { Part } from './report.ts'
import { requestsText } from './spent.ts'
import { whatIfNotes } from './what-if.ts'

type Place = { readonly columns: number; readonly home: string | undefined }

/** What is there, a line or two each. */
export function factsText(facts: SetupFacts, place: Place): string {
  const { keys, keyFault, tmux, claudeCode } = facts
  const rows: [string, string][] = [
    ['Ollama', ollamaText(facts.ollama)],
    ...KEYED_PROVIDERS.map((provider): [string, string] => [
      `${provider} key`,
      keys[provider] ?? `none; to keep one: llmsel keys set ${provider}`,
    ]),
    ...(keyFault === null ? [] : [['', faultText(keyFault)] satisfies [string, string]]),
    ['shells', shellsText(facts.shells)],
    [
      'tmux',
      tmux.version?.replace(/^tmux /, '') ??
        `not installed, so there are no sessions; ${tmux.install}`,
    ],
    ['Claude Code', claudeCode.installed ? 'installed' : 'not on PATH'],
    ...claudeCode.overrides.map((override): [string, string] => ['', override]),
  ]
  return labelled(rows, place.columns)
}

const SHOWN_MODELS = 3

function ollamaText({ url, models, locked }: SetupFacts['ollama']): string {
  if (locked) return `${url} asks for a key; to keep one: llmsel keys set ollama`
  if (models === null) return `nothing answers at ${url}; to start it: ollama serve`
  if (models.length === 0)
    return `${url}, without a model; to get one: ollama pull ${DEFAULT_LOCAL_MODEL}`
  const names = models.slice(0, SHOWN_MODELS).map(({ name }) => name)
  const more = models.length > SHOWN_MODELS ? ` and ${models.length - SHOWN_MODELS} more` : ''
  return `${url}: ${names.join(', ')}${more}`
}

function faultText({ message, fix }: NonNullable<SetupFacts['keyFault']>): string {
  return fix === null ? message : `${message}; ${fix}`
}

function shellsText(shells: SetupFacts['shells']): string {
  if (shells.length === 0) return 'none that llmsel can change; see: llmsel init --help'
  const texts = shells.map(({ shell, loads, changes, problem }) => {
    if (problem !== null) return `${shell} (${problem})`
    return loads ? `${shell} (loads llmsel${changes.length > 0 ? ' of before' : ''})` : shell
  })
  return texts.join(', ')
}

/** The profiles with their costs, and what the figures are. */
export function monthView(month: Month, isReady: (row: PricedProfile) => boolean): Part[] {
  const { basis, requests, picoUsd, profiles, comparisons, refreshDate } = month
  const about =
    basis === 'logs'
      ? `The last ${DAYS_PER_MONTH} days in your agents' logs: ${requestsText(requests)},\n${usdOfPico(picoUsd)} at list prices. The same on each profile:\n`
      : `No agent has logged anything in the last ${DAYS_PER_MONTH} days. As an example, a month of\n1M tokens in and 1M out a day:\n`
  const paid = comparisons.filter(({ target }) => target.provider !== 'ollama')
  const notes = paid.length === 0 ? '' : whatIfNotes(paid, refreshDate)
  return [`\n${about}`, profileTable(profiles, isReady), notes]
}

function profileTable(
  profiles: readonly PricedProfile[],
  isReady: (row: PricedProfile) => boolean,
): Part {
  return {
    columns: [
      { header: 'profile' },
      { header: 'model' },
      { header: 'a month', align: 'right' },
      { header: 'saving', align: 'right' },
      { header: 'ready', dispensable: 1 },
    ],
    rows: profiles.map((row) => [
      row.profile.name,
      row.profile.target.model,
      usdOfPico(row.picoUsd),
      row.savedPercent === null ? '-' : `${row.savedPercent} %`,
      isReady(row) ? 'yes' : 'no',
    ]),
  }
}

/** As a choice in a list. */
export function profileChoice({ profile, picoUsd }: PricedProfile, ready: boolean): string {
  const { name, target } = profile
  const state = ready ? '' : '  not ready'
  return `${name.padEnd(9)} ${target.model}  ${usdOfPico(picoUsd)} a month${state}`
}

export function localChoice({ name, bytes, fits }: LocalChoice): string {
  const size = bytes === null ? '' : `  ${(bytes / 1e9).toFixed(1)} GB`
  return `${name}${size}${fits ? '' : '  too large for this memory'}`
}

/** What is about to be changed, a line or two each. */
export function planText(
  { settings, keys, shells }: SetupPlan,
  { columns, home, configPath }: Place & { readonly configPath: string },
): string {
  const config = tilde(configPath, home)
  const rows: [string, string][] = [
    ...settings.map(({ key, before, after }): [string, string] => [
      'set',
      `${key} to ${after}${before === null ? '' : ` (now ${before})`}, in ${config}`,
    ]),
    ...keys.map((provider): [string, string] => [
      'keep',
      `the key of ${provider}, for the gateway`,
    ]),
    ...shells.map(({ shell, files }): [string, string] => [
      'load',
      `llmsel in ${shell}: ${files.map((path) => tilde(path, home)).join(', ')}`,
    ]),
  ]
  return rows.length === 0
    ? 'nothing to change: all of it is as it should be\n'
    : labelled(rows, columns)
}

export function tilde(path: string, home = ''): string {
  return home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

import { isLlmselError } from '../../domain/errors.ts'
import { KEYED_PROVIDERS, type KeyedProvider, type SetupFacts } from '../../domain/setup/facts.ts'
import type { Month } from '../../domain/setup/month.ts'
import { isReady, type Answers, type Configured } from '../../domain/setup/propose.ts'
import type { InstallShell } from '../../domain/shell/rc-lines.ts'
import type { Choice, Context } from '../../ports.ts'
import { localChoice, profileChoice, tilde } from '../../ui/setup.ts'
import { checkedKey } from '../keys/set.ts'

export interface Question {
  readonly facts: SetupFacts
  readonly month: Month
  readonly configured: Configured
  readonly proposed: Answers
  /** What the flags have answered. */
  readonly given: Given
}

export interface Given {
  readonly profile: string | null
  readonly ollamaModel: string | null
  readonly shells: readonly InstallShell[] | null
  readonly skipKeys: boolean
}

export interface Decided {
  readonly answers: Answers
  /** By provider; never shown. */
  readonly secrets: ReadonlyMap<KeyedProvider, string>
}

/** Asks for all that the flags leave open. Nothing is changed before the last answer. */
export async function askAll(ctx: Context, question: Question): Promise<Decided> {
  const { given } = question
  const profile = given.profile ?? (await askProfile(ctx, question))
  const ollamaModel = given.ollamaModel ?? (await askLocal(ctx, question))
  const secrets = given.skipKeys ? new Map() : await askKeys(ctx, question.facts)
  const shells = given.shells ?? (await askShells(ctx, question))
  return { answers: { profile, ollamaModel, shells, keys: [...secrets.keys()] }, secrets }
}

async function askProfile(ctx: Context, { facts, month, proposed }: Question): Promise<string> {
  const choices = month.profiles.map((row) => ({
    name: profileChoice(row, isReady(row.profile, facts, [])),
    value: row.profile.name,
  }))
  return await ctx.choose(
    'Default profile?',
    firstOf(choices, { name: proposed.profile, value: proposed.profile }),
  )
}

/** The proposal stands first, since that is what Enter takes. */
function firstOf(choices: readonly Choice[], proposed: Choice): Choice[] {
  const found = choices.find(({ value }) => value === proposed.value) ?? proposed
  return [found, ...choices.filter((choice) => choice !== found)]
}

async function askLocal(
  ctx: Context,
  { facts, proposed, configured }: Question,
): Promise<string | null> {
  const { ollamaModel } = proposed
  const models = facts.ollama.models ?? []
  if (ollamaModel === null || (models.length === 1 && ollamaModel === configured.ollamaModel))
    return ollamaModel
  const choices = models.map((model) => ({ name: localChoice(model), value: model.name }))
  return await ctx.choose(
    'Local model?',
    firstOf(choices, { name: ollamaModel, value: ollamaModel }),
  )
}

async function askKeys(
  ctx: Context,
  { keys, keyFault }: SetupFacts,
): Promise<Map<KeyedProvider, string>> {
  const secrets = new Map<KeyedProvider, string>()
  for (const provider of keyFault === null ? KEYED_PROVIDERS : []) {
    const key = keys[provider] === null ? await askKey(ctx, provider) : null
    if (key !== null) secrets.set(provider, key)
  }
  return secrets
}

/** Null: none is to be kept. */
async function askKey(ctx: Context, provider: KeyedProvider): Promise<string | null> {
  for (;;) {
    const text = await ctx.askSecret(`Key of ${provider}, to keep for the gateway (Enter: none):`)
    if (text.trim() === '') return null
    try {
      return checkedKey(text, provider)
    } catch (error) {
      if (!isLlmselError(error)) throw error
      ctx.streams.err(`llmsel: ${error.message}\n`)
    }
  }
}

async function askShells(
  ctx: Context,
  { facts, proposed }: Question,
): Promise<readonly InstallShell[]> {
  const open = facts.shells.filter(({ changes }) => changes.length > 0)
  if (open.length === 0) return []
  const answer = await ctx.chooseSeveral(
    'Load llmsel in which shells?',
    open.map(({ shell, changes }) => ({
      name: `${shell}  ${changes.map((path) => tilde(path, ctx.env['HOME'])).join(', ')}`,
      value: shell,
      checked: proposed.shells.includes(shell),
    })),
  )
  return open.flatMap(({ shell }) => (answer.includes(shell) ? [shell] : []))
}

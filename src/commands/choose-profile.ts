import { profileSource } from '../domain/config/source.ts'
import { LlmselError } from '../domain/errors.ts'
import { pricesOn } from '../domain/models/prices.ts'
import { profileNames, resolveProfile, type ProfileSource } from '../domain/profiles/resolve.ts'
import type { Choice } from '../ports.ts'
import type { Context } from '../ports.ts'

const ALIASES = ['sonnet', 'haiku', 'opus', 'gpt', 'ollama']

/** Asks on a terminal, with price and speed beside each choice. */
export async function askForProfile(ctx: Context): Promise<string> {
  if (!ctx.streams.canPrompt) {
    throw new LlmselError('usage', 'which profile? name one', { hint: 'run: llmsel models' })
  }
  const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const names = [...new Set([...profileNames(source), ...ALIASES])]
  return await ctx.choose(
    'which model?',
    names.map((name) => choiceOf(source, name)),
  )
}

function choiceOf(source: ProfileSource, name: string): Choice {
  const { target } = resolveProfile(source, name)
  const band = pricesOn(target.row, source.today)?.bands[0]
  const price = `$${band?.input ?? '?'} in, $${band?.output ?? '?'} out per 1M`
  const about = [target.model, price, target.row.speed ?? 'speed unknown'].join(' · ')
  return { name: `${name.padEnd(10)} ${about}`, value: name }
}

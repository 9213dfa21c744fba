import { Option } from 'commander'
import { profileSource } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Profile } from '../../domain/profiles/profile.ts'
import { resolveProfile, type ProfileSource } from '../../domain/profiles/resolve.ts'
import { applicableProfile } from '../../domain/profiles/scope.ts'
import type { Context } from '../../ports.ts'

export function profileOption(without = 'the one that applies here'): Option {
  return new Option('--profile <profile>', `of this profile (default: ${without})`)
}

export interface Chosen {
  readonly source: ProfileSource
  readonly profile: Profile
}

export function chosenProfile(ctx: Context, name: string | undefined): Chosen {
  const settings = ctx.config.read()
  const source = profileSource(settings, ctx.env, ctx.clock.now())
  return {
    source,
    profile: resolveProfile(source, name ?? applicableProfile(ctx.env, settings.default)),
  }
}

/** @throws LlmselError `usage` where a model or alias stands in a profile's place. */
export function definedProfile(ctx: Context, name: string | undefined): Chosen {
  const chosen = chosenProfile(ctx, name)
  if (chosen.profile.kind !== 'model') return chosen
  throw new LlmselError(
    'usage',
    `"${chosen.profile.name}" is a model; only a profile has a chain`,
    {
      hint: 'name one with --profile: premium, budget, free or your own',
    },
  )
}

import { nextChangeAfter } from '../models/catalogue.ts'
import type { IsoDate } from '../models/model.ts'
import type { Profile } from './profile.ts'
import type { ProfileSource } from './resolve.ts'

/** The first day on which the profile may mean something else, or be warned about; null: none is known. */
export function nextChangeOf(source: ProfileSource, { name, chain }: Profile): IsoDate | null {
  // The tiers of Claude Code follow these aliases; the chain may follow any.
  const names = [name, 'opus', 'sonnet', 'haiku', 'gpt', ...chain.map(({ model }) => model)]
  const days = names.flatMap((each) => nextChangeAfter(source.catalogue, each, source.today) ?? [])
  return days.toSorted()[0] ?? null
}

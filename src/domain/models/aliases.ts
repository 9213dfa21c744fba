import type { IsoDate } from './model.ts'

/** From this day on the alias names this model. */
export interface AliasMove {
  readonly from: IsoDate
  readonly id: string
}

/** Resolved by the user's configuration, not by a date. */
export const LOCAL_ALIAS = 'ollama'

/**
 * Ascending. An alias of Claude moves on the day its next model came out; `gpt`, the backup, stays
 * where it is until its model is shut down.
 */
export const ALIASES: ReadonlyMap<string, readonly AliasMove[]> = new Map([
  [
    'sonnet',
    [
      { from: '2025-09-29', id: 'claude-sonnet-4-5-20250929' },
      { from: '2026-02-17', id: 'claude-sonnet-4-6' },
      { from: '2026-06-30', id: 'claude-sonnet-5' },
      { from: '2026-09-28', id: 'claude-sonnet-5-5' },
    ],
  ],
  [
    'haiku',
    [
      { from: '2024-11-04', id: 'claude-3-5-haiku-20241022' },
      { from: '2025-10-15', id: 'claude-haiku-4-5-20251001' },
      { from: '2026-10-07', id: 'claude-haiku-5-5' },
    ],
  ],
  [
    'opus',
    [
      { from: '2025-08-05', id: 'claude-opus-4-1-20250805' },
      { from: '2025-11-24', id: 'claude-opus-4-5-20251101' },
      { from: '2026-02-05', id: 'claude-opus-4-6' },
      { from: '2026-04-16', id: 'claude-opus-4-7' },
      { from: '2026-05-28', id: 'claude-opus-4-8' },
      { from: '2026-07-24', id: 'claude-opus-5' },
      { from: '2026-09-22', id: 'claude-opus-5-5' },
    ],
  ],
  [
    'gpt',
    [
      { from: '2024-04-09', id: 'gpt-4-turbo' },
      { from: '2026-10-23', id: 'gpt-6-sol' },
    ],
  ],
])

/** These never move. `gpt-4-turbo` and its like are exact ids already. */
export const VERSIONED_ALIASES: ReadonlyMap<string, string> = new Map([
  ['sonnet-3.5', 'claude-3-5-sonnet-20241022'],
  ['sonnet-3.7', 'claude-3-7-sonnet-20250219'],
  ['sonnet-4', 'claude-sonnet-4-20250514'],
  ['sonnet-4.5', 'claude-sonnet-4-5-20250929'],
  ['sonnet-4.6', 'claude-sonnet-4-6'],
  ['sonnet-5', 'claude-sonnet-5'],
  ['sonnet-5.5', 'claude-sonnet-5-5'],
  ['haiku-3', 'claude-3-haiku-20240307'],
  ['haiku-3.5', 'claude-3-5-haiku-20241022'],
  ['haiku-4.5', 'claude-haiku-4-5-20251001'],
  ['haiku-5.5', 'claude-haiku-5-5'],
  ['opus-3', 'claude-3-opus-20240229'],
  ['opus-4', 'claude-opus-4-20250514'],
  ['opus-4.1', 'claude-opus-4-1-20250805'],
  ['opus-4.5', 'claude-opus-4-5-20251101'],
  ['opus-4.6', 'claude-opus-4-6'],
  ['opus-4.7', 'claude-opus-4-7'],
  ['opus-4.8', 'claude-opus-4-8'],
  ['opus-5', 'claude-opus-5'],
  ['opus-5.5', 'claude-opus-5-5'],
  ['fable-5', 'claude-fable-5'],
  ['fable-5.1', 'claude-fable-5-1'],
  ['fable-5.2', 'claude-fable-5-2'],
  ['mythos-5', 'claude-mythos-5'],
  ['mythos-5.1', 'claude-mythos-5-1'],
])

export function isMovingAlias(name: string): boolean {
  return name === LOCAL_ALIAS || ALIASES.has(name)
}

/** The model that a moving alias of the catalogue names on a day, or null before its first. */
export function aliasTarget(alias: string, asOf: IsoDate): string | null {
  return ALIASES.get(alias)?.findLast((move) => move.from <= asOf)?.id ?? null
}

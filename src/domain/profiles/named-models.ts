import { isLlmselError } from '../errors.ts'
import { isoDate } from '../models/dates.ts'
import type { Model } from '../models/model.ts'
import type { NamedModels } from '../reports/saved.ts'
import { resolveProfile, type ProfileSource } from './resolve.ts'
import { DAY_MS } from '../ledger/spans.ts'

/** What ids, aliases and profiles mean, each day, and how the prices of the models differ. */
export function namedModels(source: ProfileSource): NamedModels {
  const found = new Map<string, Model | null>()
  return {
    modelOf: (name, atMs) => {
      const key = `${Math.floor(atMs / DAY_MS)} ${name}`
      const known = found.get(key)
      if (known !== undefined) return known
      const model = modelOn(source, name, atMs)
      found.set(key, model)
      return model
    },
    promptBounds: promptBounds(source.catalogue.rows),
  }
}

function promptBounds(models: readonly Model[]): number[] {
  const bands = models.flatMap(({ prices }) => prices.flatMap(({ bands }) => [...bands]))
  const bounds = new Set(bands.map(({ aboveInputTokens }) => aboveInputTokens))
  return [...bounds].filter((bound) => bound > 0).toSorted((a, b) => a - b)
}

function modelOn(source: ProfileSource, name: string, atMs: number): Model | null {
  try {
    return resolveProfile({ ...source, today: isoDate(new Date(atMs)) }, name).target.row
  } catch (error) {
    if (isLlmselError(error)) return null
    throw error
  }
}

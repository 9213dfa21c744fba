import { isLlmselError } from '../errors.ts'
import { isoDate } from '../models/dates.ts'
import type { Model } from '../models/model.ts'
import { resolveProfile, type ProfileSource } from './resolve.ts'

const DAY_MS = 86_400_000

/** The model that an id, an alias or a profile meant at a time; null: none that is known. */
export function modelNamed(source: ProfileSource): (name: string, atMs: number) => Model | null {
  const found = new Map<string, Model | null>()
  return (name, atMs) => {
    const key = `${Math.floor(atMs / DAY_MS)} ${name}`
    const known = found.get(key)
    if (known !== undefined) return known
    const model = modelOn(source, name, atMs)
    found.set(key, model)
    return model
  }
}

function modelOn(source: ProfileSource, name: string, atMs: number): Model | null {
  try {
    return resolveProfile({ ...source, today: isoDate(new Date(atMs)) }, name).target.row
  } catch (error) {
    if (isLlmselError(error)) return null
    throw error
  }
}

import { KEY_FORMS } from '../config/keys.ts'
import { isMovingAlias } from '../models/aliases.ts'
import { knownNames, nextChangeAfter, resolveModel } from '../models/catalogue.ts'
import { isFuture } from '../models/describe.ts'
import { statusOn } from '../models/lifecycle.ts'
import { PROVIDERS, type IsoDate } from '../models/model.ts'
import { profileNames, resolveProfile, type ProfileSource } from '../profiles/resolve.ts'
import type { ValueKind } from './tree.ts'

/** The first word of what is said about a name. */
type Tag = 'profile' | 'alias' | 'fixed' | 'model' | 'retired' | 'setting'

/** Places that take one of the names below. */
export type NamedKind = Extract<ValueKind, 'profile' | 'model' | 'id' | 'alias' | 'key'>

/** Which of the names. */
export const TAGS: Readonly<Record<NamedKind, readonly Tag[]>> = {
  profile: ['profile', 'alias', 'fixed', 'model'],
  model: ['alias', 'fixed', 'model', 'retired'],
  id: ['model', 'retired'],
  alias: ['alias'],
  key: ['setting'],
}

/** `NAME`, a tab, a tag and more about it; a line each. */
export function nameLines(source: ProfileSource): string {
  const profiles = profileNames(source)
  const models = knownNames(source.catalogue).filter((name) => !profiles.includes(name))
  const lines = [
    ...profiles.map((name) => [name, aboutProfile(source, name)]),
    ...models.flatMap((name) => aboutModel(source, name)),
    ...settingKeys(source).map((key) => [key, 'setting']),
  ]
  return lines.map((line) => `${line.join('\t')}\n`).join('')
}

/** The first day on which the lines are no longer true; null: none is known. */
export function namesChangeOn({ catalogue, today }: ProfileSource): IsoDate | null {
  const days = knownNames(catalogue).flatMap(
    (name) => nextChangeAfter(catalogue, name, today) ?? [],
  )
  return days.toSorted()[0] ?? null
}

function aboutProfile(source: ProfileSource, name: string): string {
  try {
    return `profile on ${resolveProfile(source, name).target.model}`
  } catch {
    return 'profile'
  }
}

function aboutModel({ catalogue, today }: ProfileSource, name: string): [string, string][] {
  const found = resolveModel(catalogue, name, today)
  if (found === null || isFuture(found.model, today)) return []
  const { model, id, via } = found
  const retired = statusOn(model, today) === 'retired' ? `retired ${model.lifecycle.retires}` : null
  if (isMovingAlias(name) || via === 'pin') return [[name, `alias of ${id}`]]
  if (retired !== null) return [[name, retired]]
  return [[name, via === 'versioned' ? `fixed alias of ${id}` : `model of ${model.provider}`]]
}

/** Those that can be written out: a variable's name or a new model's id cannot. */
function settingKeys(source: ProfileSource): string[] {
  const aliases = knownNames(source.catalogue).filter(isMovingAlias)
  const words: Readonly<Record<string, readonly string[]>> = {
    PROVIDER: PROVIDERS,
    ALIAS: aliases,
    NAME: profileNames(source),
  }
  return KEY_FORMS.flatMap((form) => {
    const placeholders = form.match(/[A-Z]{2,}/g) ?? []
    const [only = ''] = placeholders
    if (placeholders.length === 0) return [form]
    return placeholders.length > 1
      ? []
      : (words[only] ?? []).map((word) => form.replace(only, word))
  })
}

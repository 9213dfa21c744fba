import { LlmselError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { isAlias, type Catalogue } from '../models/catalogue.ts'
import { nearest } from '../nearest.ts'
import { withValue } from './keys.ts'
import { parseSettings } from './schema.ts'
import type { Settings } from './settings.ts'

/**
 * The document with one more model of the user's own.
 * @throws LlmselError `conflict` for an id or alias that is known, unless it is to be replaced; `usage` for a
 * row that is no model.
 */
export function withOwnModel(
  { catalogue, document, replace }: OwnModelPlace,
  id: string,
  row: JsonObject,
): JsonObject {
  const known = knownAs(catalogue, id)
  if (known !== null && !replace) {
    throw new LlmselError('conflict', `"${id}" is already ${known}`, {
      hint: `see llmsel models show ${id}; add --replace to put your own in its place`,
    })
  }
  const after = withValue(document, ['models', id], row)
  parseSettings(after)
  return after
}

/** An id goes before an alias, so that a row of that name takes its place. */
function knownAs(catalogue: Catalogue, id: string): string | null {
  const known = catalogue.byId.get(id)
  if (known !== undefined) return known.source === 'own' ? 'in your config' : 'in the catalogue'
  return isAlias(catalogue, id) ? 'an alias' : null
}

export interface OwnModelPlace {
  readonly catalogue: Catalogue
  readonly document: JsonObject
  readonly replace: boolean
}

/**
 * The document without a model of the user's own.
 * @throws LlmselError `not-found` for any other model; `conflict` naming a setting that needs it.
 */
export function withoutOwnModel(
  settings: Settings,
  { document, builtIn }: { readonly document: JsonObject; readonly builtIn: boolean },
  id: string,
): JsonObject {
  const own = Object.keys(settings.models)
  if (!own.includes(id)) throw notOwn(id, own)
  const place = builtIn ? undefined : placesOf(settings, id)[0]
  if (place !== undefined) {
    throw new LlmselError('conflict', `"${id}" is still named by ${place}`, {
      hint: `change that first: llmsel config get ${place}`,
    })
  }
  return withValue(document, ['models', id], undefined)
}

/** The keys of the settings that name a model, or a profile. */
export function placesOf(settings: Settings, id: string): readonly string[] {
  const named: readonly (readonly [string, Json | undefined])[] = [
    ['default', settings.default],
    ['providers.ollama.model', settings.ollamaModel],
    ...Object.entries(settings.pins).map(([alias, pin]) => [`pins.${alias}`, pin] as const),
    ...Object.entries(settings.profiles).flatMap(([name, { model, chain = [] }]) => [
      [`profiles.${name}.model`, model] as const,
      ...chain.map((hop) => [`profiles.${name}.chain`, hop] as const),
    ]),
  ]
  return named.flatMap(([key, value]) => (value === id ? [key] : []))
}

function notOwn(id: string, own: readonly string[]): LlmselError {
  const close = nearest(id, own)
  const guess = close === null ? '' : `did you mean "${close}"? `
  return new LlmselError('not-found', `no model of your own is called "${id}"`, {
    hint: `${guess}${own.length === 0 ? 'you have added none' : `yours: ${own.join(', ')}`}`,
  })
}

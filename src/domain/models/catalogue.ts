import { LlmselError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { ALIASES, LOCAL_ALIAS, VERSIONED_ALIASES, aliasTarget } from './aliases.ts'
import { CLAUDE_MODELS } from './claude.ts'
import { lifecycleChanges } from './lifecycle.ts'
import type { IsoDate, Model } from './model.ts'
import { DEFAULT_LOCAL_MODEL, OLLAMA_MODELS, localModel, looksLocal } from './ollama.ts'
import { OPENAI_MODELS } from './openai.ts'

/** The day on which the rows were last checked. */
export const CATALOGUE_DATE: IsoDate = '2026-11-22'

/** Rows that a public list of models has and the catalogue has not, or at another price. */
export interface Refresh {
  readonly date: IsoDate
  /** The URL or file that was read. */
  readonly source: string
  /** How many models of our providers the list had. */
  readonly listed: number
  readonly rows: readonly Model[]
}

export interface CatalogueOptions {
  /** Alias → exact model id. */
  readonly pins: Readonly<Record<string, string>>
  /** The user's own rows, by id; they replace rows of the same id. */
  readonly models: Readonly<Record<string, Model>>
  /** Rows between the built-in ones and the user's own; absent or null: none. */
  readonly refreshed?: Refresh | null
  /** The configured local model; null is the default one. */
  readonly ollamaModel: string | null
}

export interface Catalogue {
  readonly rows: readonly Model[]
  /** By id and by every other id. */
  readonly byId: ReadonlyMap<string, Model>
  readonly pins: ReadonlyMap<string, string>
  readonly localModel: string
}

export interface Resolution {
  readonly model: Model
  /** As to export: an exact id stays as it was written. */
  readonly id: string
  readonly via: 'id' | 'alias' | 'versioned' | 'pin' | 'local'
}

export function createCatalogue({
  pins,
  models,
  ollamaModel,
  refreshed = null,
}: CatalogueOptions): Catalogue {
  const rows = new Map<string, Model>()
  const builtIn = [...CLAUDE_MODELS, ...OPENAI_MODELS, ...OLLAMA_MODELS]
  for (const model of builtIn) rows.set(model.id, model)
  const { rows: newer, date } = refreshed ?? { rows: [], date: CATALOGUE_DATE }
  for (const model of newer) rows.set(model.id, layered(rows.get(model.id), marked(model, date)))
  for (const model of Object.values(models)) rows.set(model.id, model)
  const byId = new Map<string, Model>()
  for (const model of rows.values()) for (const id of model.otherIds) byId.set(id, model)
  for (const model of rows.values()) byId.set(model.id, model)
  return {
    rows: [...rows.values()],
    byId,
    pins: new Map(Object.entries(pins)),
    localModel: ollamaModel ?? DEFAULT_LOCAL_MODEL,
  }
}

/** Exact and case-sensitive: a near miss is null, never another model's price. */
export function resolveModel(catalogue: Catalogue, name: string, asOf: IsoDate): Resolution | null {
  const exact = resolveId(catalogue, name, 'id')
  if (exact !== null) return exact
  const versioned = VERSIONED_ALIASES.get(name)
  if (versioned !== undefined) return resolveId(catalogue, versioned, 'versioned')
  const pinned = catalogue.pins.get(name)
  if (pinned !== undefined) return pinTo(catalogue, pinned)
  if (name === LOCAL_ALIAS) return configuredLocal(catalogue)
  const target = aliasTarget(name, asOf)
  return target === null ? local(catalogue, name) : resolveId(catalogue, target, 'alias')
}

/** An id of the catalogue or of a local model, no alias. */
export function exactModel(catalogue: Catalogue, id: string): Resolution | null {
  return resolveId(catalogue, id, 'id') ?? local(catalogue, id)
}

/** A name that means a model, and is the id of none. */
export function isAlias({ pins }: Catalogue, name: string): boolean {
  if (name === LOCAL_ALIAS || pins.has(name)) return true
  return ALIASES.has(name) || VERSIONED_ALIASES.has(name)
}

/** Every exact id of the model that a name means; of an unknown name itself. */
export function idsOf(catalogue: Catalogue, name: string, asOf: IsoDate): readonly string[] {
  const found = resolveModel(catalogue, name, asOf)
  if (found === null) return [name]
  const { id, otherIds } = found.model
  return [id, ...otherIds.filter((other) => catalogue.byId.get(other) === found.model)]
}

/** As `resolveModel`; an unknown name is a usage error with the nearest known one. */
export function requireModel(catalogue: Catalogue, name: string, asOf: IsoDate): Resolution {
  const found = resolveModel(catalogue, name, asOf)
  if (found !== null) return found
  const pinned = catalogue.pins.get(name)
  if (pinned !== undefined) {
    throw new LlmselError('usage', `"${name}" is pinned to an unknown model "${pinned}"`, {
      hint: `run: llmsel models unpin ${name}`,
    })
  }
  const first = ALIASES.get(name)?.[0]
  if (first !== undefined) {
    throw new LlmselError(
      'usage',
      `"${name}" names no model on ${asOf}: only from ${first.from} on`,
    )
  }
  throw new LlmselError('usage', `no model or alias "${name}"`, {
    hint: suggestion(nearest(name, knownNames(catalogue))),
  })
}

/** Aliases, then ids: for suggestions and completion. */
export function knownNames(catalogue: Catalogue): readonly string[] {
  return [
    ...new Set([
      ...ALIASES.keys(),
      LOCAL_ALIAS,
      ...catalogue.pins.keys(),
      ...VERSIONED_ALIASES.keys(),
      ...catalogue.byId.keys(),
      catalogue.localModel,
    ]),
  ]
}

/** By model id, every alias that names the model on a day, the moving ones first. */
export function aliasesOn(
  catalogue: Catalogue,
  asOf: IsoDate,
): ReadonlyMap<string, readonly string[]> {
  const names = new Set([
    ...ALIASES.keys(),
    LOCAL_ALIAS,
    ...catalogue.pins.keys(),
    ...VERSIONED_ALIASES.keys(),
  ])
  const aliases = new Map<string, string[]>()
  for (const name of names) {
    const found = resolveModel(catalogue, name, asOf)
    if (found === null || found.via === 'id') continue
    const { id } = found.model
    aliases.set(id, [...(aliases.get(id) ?? []), name])
  }
  return aliases
}

/**
 * The first day after `asOf` on which `name` names another model, or on which its status (and so
 * its warning) changes; null when nothing is foreseen.
 */
export function nextChangeAfter(catalogue: Catalogue, name: string, asOf: IsoDate): IsoDate | null {
  const found = resolveModel(catalogue, name, asOf)
  const moves = found === null || found.via === 'alias' ? (ALIASES.get(name) ?? []) : []
  const days = [
    ...moves.map((move) => move.from),
    ...(found === null ? [] : lifecycleChanges(found.model)),
  ]
  return days.filter((day) => day > asOf).toSorted()[0] ?? null
}

function marked(model: Model, date: IsoDate): Model {
  return { ...model, prices: model.prices.map((period) => ({ ...period, refreshed: date })) }
}

/** A built-in row keeps its past and its dates; what it says is newer than an older refresh. */
function layered(builtIn: Model | undefined, refreshed: Model): Model {
  if (builtIn === undefined) return refreshed
  const newer = refreshed.prices.filter(({ from }) => from !== null && from >= CATALOGUE_DATE)
  if (newer.length === 0) return builtIn
  const days = new Set(newer.map(({ from }) => from))
  const prices = [...builtIn.prices.filter(({ from }) => !days.has(from)), ...newer]
  return {
    ...builtIn,
    prices: prices.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1)),
    source: 'refreshed',
  }
}

function resolveId(catalogue: Catalogue, id: string, via: Resolution['via']): Resolution | null {
  const model = catalogue.byId.get(id)
  return model === undefined ? null : { model, id, via }
}

function pinTo(catalogue: Catalogue, id: string): Resolution | null {
  const target = exactModel(catalogue, id)
  return target === null ? null : { ...target, via: 'pin' }
}

function configuredLocal(catalogue: Catalogue): Resolution {
  const id = catalogue.localModel
  const model = catalogue.byId.get(id)
  // A paid model of that name must not be what `ollama` means.
  return { model: model?.provider === 'ollama' ? model : localModel(id), id, via: 'alias' }
}

function local(catalogue: Catalogue, name: string): Resolution | null {
  if (name !== catalogue.localModel && !looksLocal(name)) return null
  return { model: localModel(name), id: name, via: 'local' }
}

function suggestion(name: string | null): string {
  return name === null ? 'run: llmsel models --all' : `did you mean "${name}"? run: llmsel models`
}

import { isObject, type JsonObject } from '../json.ts'
import type { Catalogue, Refresh } from './catalogue.ts'
import type { IsoDate, Model, PriceBand, PricePeriod } from './model.ts'
import { pricesOn } from './prices.ts'
import { row } from './row.ts'
import { LISTED_PROVIDERS, listedRow, refuse, type ListedRow } from './listed-row.ts'

export interface RefreshChange {
  readonly id: string
  readonly before: PriceBand | null
  readonly after: PriceBand | null
}

export interface RefreshPlan {
  readonly refresh: Refresh
  readonly added: readonly RefreshChange[]
  readonly changed: readonly RefreshChange[]
  readonly unchanged: number
  /** Rows that were left as they are, each with why. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[]
}

export interface RefreshBase {
  /** The catalogue with the refresh before this one, without the user's own models. */
  readonly catalogue: Catalogue
  readonly before: Refresh | null
  readonly today: IsoDate
  readonly source: string
}

/**
 * What a list in the format of models.dev would change. One absurd row refuses all of it; a row
 * whose long-prompt price is not the known one is left alone, for the list does not say enough.
 * @throws LlmselError `io` naming the row.
 */
export function planRefresh(base: RefreshBase, text: string): RefreshPlan {
  const { catalogue, before, today, source } = base
  const listed = rowsOf(parse(text, source))
  const ids = new Set(listed.map(({ id }) => id))
  checkCount(base, listed)
  const kept = new Map((before?.rows ?? []).map((model) => [model.id, model]))
  const added: RefreshChange[] = []
  const changed: RefreshChange[] = []
  const skipped: { id: string; why: string }[] = []
  for (const each of listed) {
    const { id } = each
    const known = catalogue.byId.get(id)
    if (known === undefined) {
      kept.set(id, newModel(each))
      added.push({ id, before: null, after: each.band })
    } else if (known.id === id || !ids.has(known.id)) {
      const verdict = compare(each, known, today)
      if (typeof verdict === 'string') skipped.push({ id, why: verdict })
      if (verdict === null || typeof verdict === 'string') continue
      const { before: was, bands } = verdict
      kept.set(known.id, repriced(known, bands, today))
      changed.push({ id, before: was, after: bands[0] })
    }
  }
  return {
    refresh: { date: today, source, listed: listed.length, rows: [...kept.values()] },
    added,
    changed,
    skipped,
    unchanged: listed.length - added.length - changed.length - skipped.length,
  }
}

function parse(text: string, source: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw refuse(`${source} is not JSON`, cause)
  }
  if (isObject(value)) return value as JsonObject
  throw refuse(`${source} must hold one JSON object of providers`)
}

function rowsOf(list: JsonObject): ListedRow[] {
  return Object.entries(LISTED_PROVIDERS).flatMap(([name, provider]) => {
    const entry = Object.hasOwn(list, name) ? list[name] : undefined
    if (entry === undefined) return []
    const models = isObject(entry) ? entry['models'] : undefined
    if (!isObject(models)) throw refuse(`"${name}" has no models in it`)
    return Object.entries(models).flatMap(([id, value]) => listedRow(provider, id, value) ?? [])
  })
}

function checkCount({ before, source }: RefreshBase, listed: readonly ListedRow[]): void {
  const paid = listed.filter(({ provider }) => provider !== 'ollama').length
  if (paid === 0) throw refuse(`${source} names no model of anthropic or openai`)
  if (before !== null && listed.length * 2 < before.listed) {
    throw refuse(
      `${source} has ${listed.length} models, and the last one that was read had ${before.listed}`,
    )
  }
}

type Bands = PricePeriod['bands']
type Verdict = { readonly before: PriceBand | null; readonly bands: Bands } | string | null

/** The new price; null: it is the known one; text: why the row is left alone. */
function compare({ id, provider, band, above }: ListedRow, known: Model, today: IsoDate): Verdict {
  if (provider !== known.provider) return `the catalogue has it from ${known.provider}`
  const [before, ...higher] = pricesOn(known, today)?.bands ?? []
  if (band === null) return null
  if (before === undefined) return { before: null, bands: bandsOf(band, above) }
  for (const kind of CLASSES) checkFactor(id, band[kind], before[kind])
  if (above !== null && !higher.some((each) => same(each.input, above.input))) {
    return 'its price for long prompts is not the known one'
  }
  if (!differs(band, before)) return null
  if (higher.length > 0)
    return 'its price changed, and it has one for long prompts that is not listed'
  return { before, bands: [{ ...band, cacheWrite1h: hourPrice(band, before) }] }
}

function bandsOf(band: PriceBand, above: PriceBand | null): Bands {
  return above === null ? [band] : [band, above]
}

const CLASSES = ['input', 'output', 'cacheRead', 'cacheWrite5m'] as const

/** The list has none: the known one holds while what it goes with does. */
function hourPrice(band: PriceBand, before: PriceBand): string | null {
  const kept = same(band.input, before.input) && same(band.cacheWrite5m, before.cacheWrite5m)
  return kept ? before.cacheWrite1h : null
}

/** A class that the list leaves out does not differ. */
function differs(band: PriceBand, before: PriceBand): boolean {
  return CLASSES.some((kind) => band[kind] !== null && !same(band[kind], before[kind]))
}

const MOST = 100

/** A slip of units or a broken list, not a price. */
function checkFactor(id: string, now: string | null, before: string | null): void {
  if (now === null || before === null) return
  const [to, from] = [Number(now), Number(before)]
  if (to === from || (to < from * MOST && to * MOST > from)) return
  throw refuse(`"${id}" would go from $${before} to $${now}, which is no price change`)
}

function same(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && Number(a) === Number(b))
}

/** Requests before today keep the price that they had. */
function repriced(known: Model, bands: Bands, today: IsoDate): Model {
  const earlier = known.prices.filter(({ from }) => from === null || from < today)
  return { ...known, prices: [...earlier, { from: today, bands }], source: 'refreshed' }
}

function newModel({ id, provider, band, above, ...facts }: ListedRow): Model {
  const model = row({ provider }, id, {
    prices: band === null ? [] : [{ from: null, bands: bandsOf(band, above) }],
    limits: [facts.contextTokens, facts.outputTokens],
    life: { released: facts.released },
    note: 'from a public list of models',
  })
  return { ...model, source: 'refreshed' }
}

import { LlmselError } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import {
  isProvider,
  type Model,
  type PriceBand,
  type PricePeriod,
  type Provider,
} from '../models/model.ts'
import type { Refresh } from '../models/catalogue.ts'
import { row } from '../models/row.ts'

/** What is kept of a refresh, for `readRefresh`. */
export function refreshDocument({ rows, ...rest }: Refresh): JsonObject {
  return { ...rest, rows: Object.fromEntries(rows.map((model) => [model.id, written(model)])) }
}

/** @throws LlmselError `invalid-config` for anything that `refreshDocument` does not write. */
export function readRefresh(document: unknown): Refresh {
  const { date, source, listed, rows } = objectOf(document)
  if (typeof date !== 'string' || typeof source !== 'string') throw damaged()
  if (typeof listed !== 'number') throw damaged()
  return { date, source, listed, rows: Object.entries(objectOf(rows)).map(modelOf) }
}

function written(model: Model): JsonObject {
  return {
    provider: model.provider,
    limits: [model.contextTokens, model.outputTokens],
    released: model.lifecycle.released,
    prices: model.prices.map(({ from, bands }) => ({ from, bands: bands.map(fieldsOf) })),
  }
}

function fieldsOf(band: PriceBand): Json {
  const { aboveInputTokens, input, output, cacheRead, cacheWrite5m, cacheWrite1h } = band
  return [aboveInputTokens, input, output, cacheRead, cacheWrite5m, cacheWrite1h]
}

function modelOf([id, value]: readonly [string, unknown]): Model {
  const { provider, limits, released, prices } = objectOf(value)
  const [context, output] = listOf(limits)
  const model = row({ provider: providerOf(provider) }, id, {
    prices: listOf(prices).map(periodOf),
    limits: [tokensOf(context), tokensOf(output)],
    life: { released: textOf(released) },
    note: 'from a public list of models',
  })
  return { ...model, source: 'refreshed' }
}

function periodOf(value: unknown): PricePeriod {
  const { from, bands } = objectOf(value)
  const [first, ...more] = listOf(bands).map(bandOf)
  if (first === undefined) throw damaged()
  return { from: textOf(from), bands: [first, ...more] }
}

function bandOf(value: unknown): PriceBand {
  const [above, ...prices] = listOf(value)
  if (typeof above !== 'number') throw damaged()
  const [input = null, output = null, ...cache] = prices.map(priceOf)
  const [cacheRead = null, cacheWrite5m = null, cacheWrite1h = null] = cache
  return { aboveInputTokens: above, input, output, cacheRead, cacheWrite5m, cacheWrite1h }
}

function priceOf(value: unknown): string | null {
  const text = textOf(value)
  if (text !== null && !/^\d{1,9}(\.\d{1,9})?$/.test(text)) throw damaged()
  return text
}

function providerOf(value: unknown): Provider {
  if (isProvider(value)) return value
  throw damaged()
}

function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value
  throw damaged()
}

function tokensOf(value: unknown): number | null {
  if (value === null || (typeof value === 'number' && value > 0)) return value
  throw damaged()
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value
  throw damaged()
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw damaged()
}

function damaged(): LlmselError {
  return new LlmselError('invalid-config', 'the refreshed prices are damaged', {
    hint: 'run: llmsel models refresh --off',
  })
}

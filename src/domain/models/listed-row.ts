import { LlmselError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import { parseIsoDate } from './dates.ts'
import type { IsoDate, PriceBand, Provider } from './model.ts'

/** By the names that models.dev gives them. */
export const LISTED_PROVIDERS: Readonly<Record<string, Provider>> = {
  anthropic: 'claude',
  openai: 'openai',
  ollama: 'ollama',
}

/** One checked row of a list. */
export interface ListedRow {
  readonly id: string
  readonly provider: Provider
  /** Null: the list has no price. */
  readonly band: PriceBand | null
  /** For prompts above 200k tokens. */
  readonly above: PriceBand | null
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly released: IsoDate | null
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/

const LONG_PROMPT = 200_000

/** Null: no model that writes text. @throws LlmselError naming what is absurd in the row. */
export function listedRow(provider: Provider, id: string, value: Json): ListedRow | null {
  if (!ID.test(id)) throw refuse(`${JSON.stringify(id.slice(0, 80))} is no model id`)
  if (!isObject(value)) throw refuse(`"${id}" is no object`)
  if (!writesText(value['modalities'])) return null
  // Ollama's own servers cost money that the list does not name.
  if (provider === 'ollama' && /[:-]cloud$/.test(id)) return null
  const cost = objectOf(value['cost'], `"${id}": cost`)
  const limit = objectOf(value['limit'], `"${id}": limit`)
  const long = objectOf(cost?.['context_over_200k'], `"${id}": cost.context_over_200k`)
  const released = value['release_date']
  return {
    id,
    provider,
    band: cost === null ? null : bandOf(id, cost, 0),
    above: long === null ? null : bandOf(id, long, LONG_PROMPT),
    contextTokens: countOf(limit?.['context'], `"${id}": limit.context`),
    outputTokens: countOf(limit?.['output'], `"${id}": limit.output`),
    released: typeof released === 'string' ? parseIsoDate(released) : null,
  }
}

export function refuse(reason: string, cause?: unknown): LlmselError {
  return new LlmselError('io', `${reason}: nothing was changed`, {
    hint: 'look at the list, or give another with llmsel models refresh --from FILE|URL',
    cause,
  })
}

function writesText(modalities: Json | undefined): boolean {
  const output = modalities !== undefined && isObject(modalities) ? modalities['output'] : undefined
  return !Array.isArray(output) || output.includes('text')
}

function objectOf(value: Json | undefined, what: string): Readonly<Record<string, Json>> | null {
  if (value === undefined || value === null) return null
  if (isObject(value)) return value
  throw refuse(`${what} is no object`)
}

function bandOf(id: string, cost: Readonly<Record<string, Json>>, above: number): PriceBand {
  const price = (key: string): string | null => priceOf(cost[key], `"${id}": cost.${key}`)
  const [input, output] = [price('input'), price('output')]
  if (input === null || output === null) throw refuse(`"${id}" has a cost without input or output`)
  return {
    aboveInputTokens: above,
    input,
    output,
    cacheRead: price('cache_read'),
    cacheWrite5m: price('cache_write'),
    // The list does not say.
    cacheWrite1h: null,
  }
}

const MAX_PRICE = 100_000
const MIN_PRICE = 1e-9

function priceOf(value: Json | undefined, what: string): string | null {
  if (value === undefined || value === null) return null
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    value < 0 ||
    value > MAX_PRICE ||
    (value > 0 && value < MIN_PRICE)
  ) {
    throw refuse(`${what} is ${JSON.stringify(value)}, which is no price`)
  }
  // A double's own digits may end in 00000000004.
  return value.toFixed(9).replace(/\.?0+$/, '')
}

function countOf(value: Json | undefined, what: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw refuse(`${what} is ${JSON.stringify(value)}, which is no number of tokens`)
}

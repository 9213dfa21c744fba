import { isObject, type Json, type JsonObject } from '../../json.ts'
import { isPlausible } from '../counts.ts'
import type { Terms, Tier } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countOf, fieldsReader, saidCount, textAt, textOf, type FieldValues } from './fields.ts'

const TIERS: ReadonlyMap<string, Tier> = new Map([
  ['standard', 'standard'],
  ['batch', 'batch'],
])

/** The paths of all that is read here. */
export const ANTHROPIC_USAGE_FIELDS: readonly string[] = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation.ephemeral_5m_input_tokens',
  'cache_creation.ephemeral_1h_input_tokens',
  'server_tool_use.web_search_requests',
  'server_tool_use.web_fetch_requests',
  'service_tier',
  'inference_geo',
  'speed',
]

const fieldsOf = fieldsReader(ANTHROPIC_USAGE_FIELDS)

/**
 * A usage object of Anthropic's format, whose input excludes the cache. Null: no such object, or it
 * does not say what went in or what came out.
 */
export function anthropicUsage(usage: JsonObject): Usage | null {
  return anthropicCounts(fieldsOf(usage), 0)
}

/**
 * Of values of which those of ANTHROPIC_USAGE_FIELDS begin at `at`. The kinds of cache write are told
 * apart by `cache_creation`; what it leaves out is written for 5 minutes.
 */
export function anthropicCounts(values: FieldValues, at: number): Usage | null {
  const cacheWrite1h = countOf(values[at + 5])
  const read: Usage = {
    input: saidCount(values[at]),
    cacheRead: countOf(values[at + 2]),
    cacheWrite5m: Math.max(countOf(values[at + 4]), countOf(values[at + 3]) - cacheWrite1h),
    cacheWrite1h,
    output: saidCount(values[at + 1]),
    webSearches: countOf(values[at + 6]),
    webFetches: countOf(values[at + 7]),
  }
  return isPlausible(read) ? read : null
}

/** A call of a model within a request, billed besides the request's own figures. */
export interface InnerCall {
  /** Its place in `iterations`. */
  readonly index: number
  /** Null: that of the request. */
  readonly model: string | null
  /** Null: its counts make no sense. */
  readonly usage: Usage | null
}

const NO_CALLS: readonly InnerCall[] = []

/**
 * Of a usage object's `iterations`: compactions of the conversation, and the advice of another model
 * (Anthropic's pages on compaction and the advisor, 2026).
 */
export function innerCalls(iterations: Json | undefined): readonly InnerCall[] {
  if (!Array.isArray(iterations) || iterations.length === 0) return NO_CALLS
  return iterations.flatMap((iteration: Json, index) => {
    if (!isObject(iteration)) return []
    const kind = textAt(iteration, 'type')
    if (kind !== 'compaction' && kind !== 'advisor_message') return []
    return [{ index, model: textAt(iteration, 'model'), usage: anthropicUsage(iteration) }]
  })
}

/** By which it is one answer wherever it is read; null: that of the request is not known. */
export function innerCallId(answerId: string | null, { index }: InnerCall): string | null {
  return answerId === null ? null : `${answerId} ${index}`
}

export function anthropicTerms(usage: JsonObject): Terms {
  return anthropicTermsOf(fieldsOf(usage), 0)
}

/** As `anthropicCounts`. */
export function anthropicTermsOf(values: FieldValues, at: number): Terms {
  const tier = textOf(values[at + 8])
  const isFast = textOf(values[at + 10]) === 'fast'
  const named = tier === null ? 'standard' : (TIERS.get(tier) ?? 'other')
  return {
    // A fast answer of another tier has no published price.
    tier: isFast ? (named === 'standard' ? 'fast' : 'other') : named,
    usOnly: textOf(values[at + 9]) === 'us',
    summed: false,
  }
}

import type { JsonObject } from '../../json.ts'
import { isPlausible } from '../counts.ts'
import type { Terms, Tier } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countAt, objectAt, textAt } from './fields.ts'

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

/**
 * A usage object of Anthropic's format, whose input excludes the cache. The kinds of cache write are
 * told apart by `cache_creation`; what it leaves out is written for 5 minutes. Null: no such object.
 */
export function anthropicUsage(usage: JsonObject): Usage | null {
  const writes = objectAt(usage, 'cache_creation')
  const calls = objectAt(usage, 'server_tool_use')
  const cacheWrite1h = countAt(writes, 'ephemeral_1h_input_tokens')
  const read: Usage = {
    input: countAt(usage, 'input_tokens'),
    cacheRead: countAt(usage, 'cache_read_input_tokens'),
    cacheWrite5m: Math.max(
      countAt(writes, 'ephemeral_5m_input_tokens'),
      countAt(usage, 'cache_creation_input_tokens') - cacheWrite1h,
    ),
    cacheWrite1h,
    output: countAt(usage, 'output_tokens'),
    webSearches: countAt(calls, 'web_search_requests'),
    webFetches: countAt(calls, 'web_fetch_requests'),
  }
  return isPlausible(read) ? read : null
}

export function anthropicTerms(usage: JsonObject): Terms {
  const tier = textAt(usage, 'service_tier')
  const isFast = textAt(usage, 'speed') === 'fast'
  const named = tier === null ? 'standard' : (TIERS.get(tier) ?? 'other')
  return {
    // A fast answer of another tier has no published price.
    tier: isFast ? (named === 'standard' ? 'fast' : 'other') : named,
    usOnly: textAt(usage, 'inference_geo') === 'us',
    summed: false,
  }
}

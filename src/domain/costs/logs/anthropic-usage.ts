import type { JsonObject } from '../../json.ts'
import type { Terms, Tier } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countsAt, objectAt, textAt } from './fields.ts'

const TOKENS = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens',
] as const
const WRITES = ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'] as const
const CALLS = ['web_search_requests', 'web_fetch_requests'] as const

const TIERS: ReadonlyMap<string, Tier> = new Map([
  ['standard', 'standard'],
  ['batch', 'batch'],
])

/**
 * A usage object of Anthropic's format, whose input excludes the cache. The kinds of cache write are
 * told apart by `cache_creation`; what it leaves out is written for 5 minutes. Null: no such object.
 */
export function anthropicUsage(usage: JsonObject): Usage | null {
  const tokens = countsAt(usage, TOKENS)
  const writes = countsAt(objectAt(usage, 'cache_creation'), WRITES)
  const calls = countsAt(objectAt(usage, 'server_tool_use'), CALLS)
  if (tokens === null || writes === null || calls === null) return null
  const cacheWrite1h = writes.ephemeral_1h_input_tokens
  return {
    input: tokens.input_tokens,
    cacheRead: tokens.cache_read_input_tokens,
    cacheWrite5m: Math.max(
      writes.ephemeral_5m_input_tokens,
      tokens.cache_creation_input_tokens - cacheWrite1h,
    ),
    cacheWrite1h,
    output: tokens.output_tokens,
    webSearches: calls.web_search_requests,
    webFetches: calls.web_fetch_requests,
  }
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

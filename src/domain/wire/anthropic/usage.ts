import { anthropicTerms, innerCalls } from '../../costs/logs/anthropic-usage.ts'
import { isStandard } from '../../costs/terms.ts'
import type { Usage } from '../../costs/usage.ts'
import { isObject, type JsonObject } from '../../json.ts'
import { countOrNull } from '../parsed.ts'
import type { Billed } from '../reply.ts'

/** Gathers what an answer says of its usage, which comes in pieces on a stream: the last counts. */
export interface UsageReader {
  /** Null: it does not say as yet. */
  read(usage: JsonObject): (Billed & { readonly usage: Usage }) | null
}

export function usageReader(): UsageReader {
  let said: JsonObject = {}
  let split: JsonObject = {}
  return {
    read: (usage) => {
      said = { ...said, ...spoken(usage) }
      if (isObject(usage['cache_creation'])) split = usage['cache_creation']
      const found = usageOf(said, split)
      if (found === null) return null
      const terms = anthropicTerms(said)
      const calls = innerCalls(said['iterations'])
      return {
        usage: found,
        ...(isStandard(terms) ? {} : { terms }),
        ...(calls.length === 0 ? {} : { innerCalls: calls }),
      }
    },
  }
}

/** Anthropic's input excludes both caches (wire formats: `usage` of the Messages API). */
function usageOf(said: JsonObject, split: JsonObject): Usage | null {
  const input = countOrNull(said['input_tokens'])
  const output = countOrNull(said['output_tokens'])
  if (input === null || output === null) return null
  const tools = isObject(said['server_tool_use']) ? said['server_tool_use'] : {}
  return {
    input,
    cacheRead: countOrNull(said['cache_read_input_tokens']) ?? 0,
    ...cacheWrites(countOrNull(said['cache_creation_input_tokens']), split),
    output,
    webSearches: countOrNull(tools['web_search_requests']) ?? 0,
    webFetches: countOrNull(tools['web_fetch_requests']) ?? 0,
  }
}

/**
 * The closing event of a stream may raise the sum without dividing it anew: what came on top is of
 * the kind that was written before, and of the 5-minute kind, the default, where both were.
 */
function cacheWrites(
  sum: number | null,
  split: JsonObject,
): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const of5m = countOrNull(split['ephemeral_5m_input_tokens']) ?? 0
  const of1h = countOrNull(split['ephemeral_1h_input_tokens']) ?? 0
  const whole = sum ?? of5m + of1h
  const cacheWrite1h = of5m === 0 && of1h > 0 ? whole : Math.min(of1h, whole)
  return { cacheWrite5m: whole - cacheWrite1h, cacheWrite1h }
}

/** Without the fields that say nothing: they are null in an event that does not count them. */
function spoken(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null))
}

const UNKNOWN: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  webSearches: 0,
  webFetches: 0,
}

/** Clients want numbers: what is not known is 0 for them. */
export function writeUsage(known: Usage | null): JsonObject {
  const usage = known ?? UNKNOWN
  const { cacheWrite5m, cacheWrite1h, webSearches, webFetches } = usage
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5m,
      ephemeral_1h_input_tokens: cacheWrite1h,
    },
    output_tokens: usage.output,
    server_tool_use:
      webSearches + webFetches === 0
        ? null
        : { web_search_requests: webSearches, web_fetch_requests: webFetches },
  }
}

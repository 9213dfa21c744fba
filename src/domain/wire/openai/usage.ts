import { STANDARD, type Terms } from '../../costs/terms.ts'
import type { Usage } from '../../costs/usage.ts'
import { isObject, type Json, type JsonObject } from '../../json.ts'
import { objectIn } from './fields.ts'

/** Of Chat Completions; null: it says nothing. */
export function readChatUsage(usage: Json | undefined): Usage | null {
  if (!isObject(usage)) return null
  return exclusive({
    prompt: usage['prompt_tokens'],
    output: usage['completion_tokens'],
    details: objectIn(usage['prompt_tokens_details']),
    webSearches: 0,
  })
}

/** Of Responses; the searches are counted by whoever sees the answer's items. */
export function readResponsesUsage(usage: Json | undefined, webSearches: number): Usage | null {
  if (!isObject(usage)) return null
  return exclusive({
    prompt: usage['input_tokens'],
    output: usage['output_tokens'],
    details: objectIn(usage['input_tokens_details']),
    webSearches,
  })
}

/** What an answer says of its `service_tier`; flex and priority have no price in the catalogue. */
export function termsField(answer: JsonObject): { readonly terms?: Terms } {
  const tier = answer['service_tier']
  const isPlain = typeof tier !== 'string' || tier === 'default' || tier === 'auto'
  return isPlain ? {} : { terms: { ...STANDARD, tier: 'other' } }
}

export function writeChatUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: promptOf(usage),
    completion_tokens: usage.output,
    total_tokens: promptOf(usage) + usage.output,
    prompt_tokens_details: detailsOf(usage),
  }
}

export function writeResponsesUsage(usage: Usage): JsonObject {
  return {
    input_tokens: promptOf(usage),
    input_tokens_details: detailsOf(usage),
    output_tokens: usage.output,
    // The format has no "unknown" here, and clients read the field without asking.
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptOf(usage) + usage.output,
  }
}

interface Inclusive {
  readonly prompt: Json | undefined
  readonly output: Json | undefined
  readonly details: JsonObject
  readonly webSearches: number
}

/**
 * OpenAI's prompt count includes what was read from and written to a cache. Some imitators count a
 * cache beside the prompt; a part is never more than the whole, so that nothing turns negative.
 */
function exclusive({ prompt, output, details, webSearches }: Inclusive): Usage | null {
  if (!isCount(prompt) || !isCount(output)) return null
  // A prompt has no 0 tokens: such figures stand in for figures that are not known.
  if (prompt === 0 && output === 0) return null
  const cacheRead = Math.min(countIn(details['cached_tokens']), prompt)
  const cacheWrite5m = Math.min(countIn(details['cache_write_tokens']), prompt - cacheRead)
  return {
    input: prompt - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output,
    webSearches,
    webFetches: 0,
  }
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function countIn(value: Json | undefined): number {
  return isCount(value) ? value : 0
}

function promptOf({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Usage): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h
}

function detailsOf({ cacheRead, cacheWrite5m, cacheWrite1h }: Usage): JsonObject {
  return { cached_tokens: cacheRead, cache_write_tokens: cacheWrite5m + cacheWrite1h }
}

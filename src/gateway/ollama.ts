import { isObject, type JsonObject } from '../domain/json.ts'

/** What a local model can do, of `POST /api/show`. Null: the server did not say. */
export interface OllamaModel {
  readonly contextTokens: number | null
  readonly vision: boolean | null
  readonly tools: boolean | null
  readonly thinking: boolean | null
}

const UNKNOWN: OllamaModel = { contextTokens: null, vision: null, tools: null, thinking: null }

/** A model may be pulled anew at any time. */
const FRESH_MS = 5 * 60_000
const FAILED_FRESH_MS = 2000
const TIMEOUT_MS = 2000

export type OllamaModels = (origin: string, model: string, nowMs: number) => Promise<OllamaModel>

/** Asks each server once in a while; a server that does not answer is asked by the request itself. */
export function ollamaModels(): OllamaModels {
  const known = new Map<string, { readonly until: number; readonly model: Promise<OllamaModel> }>()
  return async (origin, model, nowMs) => {
    const key = `${origin} ${model}`
    const found = known.get(key)
    if (found !== undefined && nowMs < found.until) return await found.model
    const asked = show(origin, model)
    known.set(key, { until: nowMs + FRESH_MS, model: asked })
    const answer = await asked
    if (answer === UNKNOWN) known.set(key, { until: nowMs + FAILED_FRESH_MS, model: asked })
    return answer
  }
}

async function show(origin: string, model: string): Promise<OllamaModel> {
  try {
    const reply = await fetch(`${origin}/api/show`, {
      method: 'POST',
      body: JSON.stringify({ model }),
      headers: { 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body: unknown = reply.ok ? await reply.json() : null
    return isObject(body) ? factsOf(body) : UNKNOWN
  } catch {
    return UNKNOWN
  }
}

/** https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information */
export function factsOf({ model_info: info, capabilities }: JsonObject): OllamaModel {
  const able = Array.isArray(capabilities) ? capabilities : null
  const can = (name: string) => (able === null ? null : able.includes(name))
  const length = isObject(info)
    ? Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]
    : undefined
  return {
    contextTokens: typeof length === 'number' && length > 0 ? length : null,
    vision: can('vision'),
    tools: can('tools'),
    thinking: can('thinking'),
  }
}

import { isObject, type JsonObject } from '../json.ts'

/** What a local model can do, of `POST /api/show`. Null: the server did not say. */
export interface OllamaModel {
  readonly contextTokens: number | null
  readonly vision: boolean | null
  readonly tools: boolean | null
  readonly thinking: boolean | null
}

export const UNKNOWN_OLLAMA_MODEL: OllamaModel = {
  contextTokens: null,
  vision: null,
  tools: null,
  thinking: null,
}

/** https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information */
export function ollamaModelOf({ model_info: info, capabilities }: JsonObject): OllamaModel {
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

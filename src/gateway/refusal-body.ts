import type { JsonObject } from '../domain/json.ts'

const OLLAMAS_PATH = /^\/api\/(?!llm(?:\/|$))/

/** In a shape that every client of that path can show: Ollama's takes `error` for the text itself. */
export function refusalBody(path: string, type: string, message: string): JsonObject {
  if (OLLAMAS_PATH.test(path)) return { error: message }
  return { type: 'error', error: { type, message, code: null, param: null } }
}

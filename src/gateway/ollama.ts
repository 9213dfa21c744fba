import { isObject } from '../domain/json.ts'
import {
  ollamaModelOf,
  UNKNOWN_OLLAMA_MODEL,
  type OllamaModel,
} from '../domain/models/ollama-show.ts'
import { authOf, type Credential } from './credentials.ts'

/** A model may be pulled anew at any time. */
const FRESH_MS = 5 * 60_000
const FAILED_FRESH_MS = 2000
const TIMEOUT_MS = 2000

export interface OllamaServer {
  readonly origin: string
  /** One behind a proxy may ask for a key on each of its paths. */
  readonly credential: Credential
}

export type OllamaModels = (
  server: OllamaServer,
  model: string,
  nowMs: number,
) => Promise<OllamaModel>

/** Asks each server once in a while; a server that does not answer is asked by the request itself. */
export function ollamaModels(): OllamaModels {
  const known = new Map<string, { readonly until: number; readonly model: Promise<OllamaModel> }>()
  return async (server, model, nowMs) => {
    const key = `${server.origin} ${model} ${server.credential.fingerprint}`
    const found = known.get(key)
    if (found !== undefined && nowMs < found.until) return await found.model
    const asked = show(server, model)
    known.set(key, { until: nowMs + FRESH_MS, model: asked })
    const answer = await asked
    if (answer === UNKNOWN_OLLAMA_MODEL)
      known.set(key, { until: nowMs + FAILED_FRESH_MS, model: asked })
    return answer
  }
}

async function show({ origin, credential }: OllamaServer, model: string): Promise<OllamaModel> {
  try {
    const reply = await fetch(`${origin}/api/show`, {
      method: 'POST',
      body: JSON.stringify({ model }),
      headers: { 'content-type': 'application/json', ...authOf(credential) },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body: unknown = reply.ok ? await reply.json() : null
    return isObject(body) ? ollamaModelOf(body) : UNKNOWN_OLLAMA_MODEL
  } catch {
    return UNKNOWN_OLLAMA_MODEL
  }
}

import { isObject } from '../domain/json.ts'
import type { OllamaSays } from '../domain/doctor/facts.ts'
import type { PulledModel } from '../domain/setup/local-models.ts'

/** A server with a thousand models answers in half of it. */
const MAX_BYTES = 1 << 20

/** https://github.com/ollama/ollama/blob/main/docs/api.md: GET /api/tags and /api/ps. */
export async function ollamaFacts(
  origin: string,
  timeoutMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<OllamaSays> {
  const asked = { headers, signal: AbortSignal.timeout(timeoutMs) }
  const [tags, loaded] = await Promise.all([
    modelsAt(`${origin}/api/tags`, asked),
    modelsAt(`${origin}/api/ps`, asked),
  ])
  if (!Array.isArray(tags)) return tags
  return {
    models: tags.map(nameOf),
    loaded: (Array.isArray(loaded) ? loaded : []).map((model) => {
      const tokens = model['context_length']
      return { model: nameOf(model), contextTokens: typeof tokens === 'number' ? tokens : null }
    }),
  }
}

/** Of GET /api/tags; `remote_host` and `details.family` as Ollama 0.12 has them. */
export async function pulledModels(
  origin: string,
  timeoutMs: number,
): Promise<readonly PulledModel[] | 'locked' | null> {
  const tags = await modelsAt(`${origin}/api/tags`, { signal: AbortSignal.timeout(timeoutMs) })
  return Array.isArray(tags) ? tags.map(pulledModel) : tags
}

function pulledModel(row: Row): PulledModel {
  const { size, details, remote_host: host } = row
  const family = isObject(details) ? details['family'] : null
  return {
    name: nameOf(row),
    bytes: typeof size === 'number' && size > 0 ? size : null,
    family: typeof family === 'string' && family !== '' ? family : null,
    remote: typeof host === 'string' && host !== '',
  }
}

type Row = Readonly<Record<string, unknown>>

async function modelsAt(url: string, asked: RequestInit): Promise<Row[] | 'locked' | null> {
  try {
    const reply = await fetch(url, { ...asked, redirect: 'error' })
    if (reply.status === 401 || reply.status === 403) return 'locked'
    const document: unknown = reply.ok ? JSON.parse(await bounded(reply)) : null
    if (!isObject(document)) return null
    const models: unknown = document['models']
    return Array.isArray(models) ? models.filter(isObject) : null
  } catch {
    return null
  }
}

async function bounded(reply: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // @types/node has no async iterator on fetch's ReadableStream, Node has.
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new RangeError('too long')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

function nameOf({ name, model }: Row): string {
  return typeof name === 'string' ? name : typeof model === 'string' ? model : ''
}

import type { Model } from './model.ts'
import { flat, row, type RowFacts } from './row.ts'

export const DEFAULT_LOCAL_MODEL = 'llama3.2'

/** `name:tag`, as Ollama writes it, perhaps with a host and namespace before. */
const TAGGED = /^[A-Za-z0-9][\w.-]*(?:\/[\w.-]+)*:[\w.-]+$/

/** Ids of paid services that also carry a tag: Bedrock's `…-v1:0`, OpenRouter's `…:beta`. */
const PAID = /claude|^(?:ft|openai|anthropic|amazon)\b|^(?:gpt-\d|o\d)/i

const provider = 'ollama'

const LOCAL = {
  prices: flat(['0', '0', '0', '0', '0']),
  words: { speed: 'medium', quality: 'good', useCase: 'testing, development, high volume' },
}

export const OLLAMA_MODELS: readonly Model[] = [
  local(DEFAULT_LOCAL_MODEL, {
    otherIds: [`${DEFAULT_LOCAL_MODEL}:latest`],
    note: 'the context window depends on the graphics memory of the machine',
  }),
]

export function looksLocal(name: string): boolean {
  return TAGGED.test(name) && !PAID.test(name)
}

/** Ollama runs `…-cloud` tags on its own servers, for money: their price is not known here. */
export function localModel(id: string): Model {
  return /[:-]cloud$/.test(id)
    ? row({ provider }, id, {
        prices: [],
        note: 'runs on the servers of Ollama, not on this machine',
      })
    : local(id, { note: 'a local model that the catalogue does not describe' })
}

function local(id: string, facts: Omit<RowFacts, 'prices' | 'words'>): Model {
  return row({ provider, batchFactor: '1' }, id, { ...facts, ...LOCAL })
}

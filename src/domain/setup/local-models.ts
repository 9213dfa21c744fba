import { NAME } from '../config/schema.ts'
import { LlmselError } from '../errors.ts'
import type { Catalogue } from '../models/catalogue.ts'
import { localModel } from '../models/ollama.ts'

/** A model in the list of an Ollama server. */
export interface PulledModel {
  readonly name: string
  /** Of its file; null: the server does not say. */
  readonly bytes: number | null
  /** Such as `qwen3`; null: the server does not say. */
  readonly family: string | null
  /** It runs elsewhere, for money. */
  readonly remote: boolean
}

export interface LocalChoice {
  readonly name: string
  readonly bytes: number | null
  /** Whether the machine has the memory for it, as far as is known. */
  readonly fits: boolean
}

/** What is left for the model's window and for everything else that runs. */
const SHARE_OF_MEMORY = 0.75

const EMBEDDING_FAMILY = /bert/i
const EMBEDDING_NAME = /embed|\bbge-|minilm/i

/**
 * The models that can hold a conversation, the largest that fits first, and after them those that do
 * not fit, the smallest first. `memoryBytes` null: of a server elsewhere it is not known.
 */
export function localChoices(
  pulled: readonly PulledModel[],
  memoryBytes: number | null,
): readonly LocalChoice[] {
  const limit = memoryBytes === null ? Number.POSITIVE_INFINITY : memoryBytes * SHARE_OF_MEMORY
  const choices = pulled
    .filter(canTalk)
    .map(({ name, bytes }) => ({ name: shortName(name), bytes, fits: (bytes ?? 0) <= limit }))
  const size = ({ bytes }: LocalChoice) => bytes ?? 0
  return [
    ...choices.filter(({ fits }) => fits).toSorted((a, b) => size(b) - size(a)),
    ...choices.filter(({ fits }) => !fits).toSorted((a, b) => size(a) - size(b)),
  ]
}

/** The person's own choice where it is pulled, else the best; null: nothing is there to choose. */
export function proposedLocal(
  choices: readonly LocalChoice[],
  configured: string | null,
): string | null {
  const own = choices.some(({ name }) => configured !== null && name === shortName(configured))
  return own ? configured : (choices[0]?.name ?? null)
}

/** Ollama adds the tag where the person leaves it out. */
function shortName(name: string): string {
  return name.replace(/:latest$/, '')
}

/** The names come from a server, so what is no name of a model is not shown either. */
function canTalk({ name, family, remote }: PulledModel): boolean {
  if (!NAME.test(name) || remote || isPaid(name)) return false
  return !EMBEDDING_NAME.test(name) && !EMBEDDING_FAMILY.test(family ?? '')
}

function isPaid(name: string): boolean {
  return localModel(name).prices.length === 0
}

/** @throws LlmselError `usage` for what cannot be the local model. */
export function checkLocal(name: string, { byId }: Catalogue): string {
  const known = byId.get(name)
  const why = !NAME.test(name)
    ? 'is no name of a model'
    : known !== undefined && known.provider !== 'ollama'
      ? `is a model of ${known.provider}, not a local one`
      : isPaid(name)
        ? 'runs on the servers of Ollama, for money'
        : null
  if (why === null) return name
  throw new LlmselError('usage', `--ollama-model: ${JSON.stringify(name.slice(0, 80))} ${why}`, {
    hint: 'name one that is pulled; run: ollama list',
  })
}

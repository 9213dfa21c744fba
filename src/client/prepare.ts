import { isObject } from '../domain/json.ts'
import {
  ollamaModelOf,
  UNKNOWN_OLLAMA_MODEL,
  type OllamaModel,
} from '../domain/models/ollama-show.ts'
import type { Conversation } from '../domain/wire/conversation.ts'
import { dialects } from '../domain/wire/dialects.ts'
import { exactText } from '../domain/wire/exact-json.ts'
import { needsResponses } from '../domain/wire/openai/model-rules.ts'
import type { Call } from './ask.ts'
import { within } from './quiet.ts'
import type { Shared } from './shared.ts'
import type { ClientTarget } from './target.ts'

export interface Prepared {
  readonly call: Pick<Call, 'url' | 'headers' | 'body' | 'dialect' | 'silenceMs'>
  /** Names that the provider was given → those that the caller knows. */
  readonly toolNames: ReadonlyMap<string, string>
}

const SHOW_MS = 2000

/** The request in the target's own format. */
export async function prepare(
  shared: Shared,
  target: ClientTarget,
  conversation: Conversation,
): Promise<Prepared | { readonly impossible: string }> {
  const { model, row, headers } = target
  if (headers === null) return { impossible: 'no key' }
  const shown = await abilitiesOf(shared, target)
  const reader = {
    ...shown,
    model,
    contextTokens: shown.contextTokens ?? row?.contextTokens ?? null,
    outputTokens: row?.outputTokens ?? null,
  }
  const { responsesUrl } = target
  const { dialect, url } =
    responsesUrl !== null && needsResponses(reader, conversation)
      ? { dialect: dialects['openai-responses'], url: responsesUrl }
      : target
  const written = dialect.writeRequest(conversation, reader)
  if ('impossible' in written) return written
  const body = exactText(written.body)
  const silenceMs = silenceOf(shared, target, conversation)
  return { call: { url, headers, body, dialect, silenceMs }, toolNames: written.toolNames }
}

/**
 * An answer in one piece says nothing until it is whole, a gateway may ask several models for it, and
 * Ollama is silent while it loads or writes a tool call.
 */
function silenceOf(
  { timing }: Shared,
  { provider, isGateway }: ClientTarget,
  { stream }: Conversation,
): Call['silenceMs'] {
  const { silenceMs, loadingMs, wholeMs } = timing
  const slow = provider === 'ollama' || isGateway ? loadingMs : silenceMs
  const between = provider === 'ollama' ? Math.max(silenceMs, loadingMs) : silenceMs
  return { before: stream ? slow : Math.max(slow, wholeMs), between }
}

/** So that a prompt is not cut without a word; a server that does not answer is asked all the same. */
async function abilitiesOf(
  { fetch: send }: Shared,
  { showUrl, model, headers }: ClientTarget,
): Promise<OllamaModel> {
  if (showUrl === null || headers === null) return UNKNOWN_OLLAMA_MODEL
  const leave = new AbortController()
  try {
    const body = JSON.stringify({ model })
    const { signal } = leave
    const asked = send(showUrl, { method: 'POST', headers, body, signal, redirect: 'error' })
    const reply = await within(asked, SHOW_MS)
    const said: unknown = reply.ok ? await within(reply.json(), SHOW_MS) : null
    return isObject(said) ? ollamaModelOf(said) : UNKNOWN_OLLAMA_MODEL
  } catch {
    return UNKNOWN_OLLAMA_MODEL
  } finally {
    leave.abort()
  }
}

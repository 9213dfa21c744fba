import type { JsonObject } from '../../json.ts'
import { callRequest, forcedChoice, incapable } from '../capabilities.ts'
import type { Conversation, ImagePart } from '../conversation.ts'
import type { RequestWriting, WriteTarget } from '../dialect.ts'
import { present } from '../fields.ts'
import { imagesOf } from '../images.ts'
import { toolNaming } from '../tool-names.ts'
import { modelRules, type ModelRules } from './model-rules.ts'
import { writeMessages } from './write-messages.ts'
import {
  writeMaxTokens,
  writeOutput,
  writeSampling,
  writeStop,
  writeThinking,
  writeTools,
  type Draft,
} from './write-settings.ts'

const IMAGES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])
const JSON_ONLY = 'Answer with one JSON object and nothing around it.'

export function writeRequest(conversation: Conversation, target: WriteTarget): RequestWriting {
  const rules = modelRules(target.model)
  const reason = incapable(conversation, target) ?? refusal(conversation, target.model, rules)
  if (reason !== null) return { impossible: reason }
  const naming = toolNaming(conversation)
  const draft: Draft = { conversation, target, rules, naming, dropped: new Set() }
  const maxTokens = writeMaxTokens(draft)
  const thinking = writeThinking(draft, maxTokens)
  const { userId, stream } = conversation
  const body = present({
    model: target.model,
    max_tokens: maxTokens,
    ...writePrompt(draft),
    ...writeTools(draft),
    ...thinking,
    output_config: writeOutput(draft),
    ...writeSampling(draft, 'thinking' in thinking),
    stop_sequences: writeStop(draft),
    metadata: userId === null ? null : { user_id: userId },
    stream: stream ? true : null,
  })
  return { body, dropped: [...draft.dropped], toolNames: naming.toolNames }
}

function refusal(conversation: Conversation, model: string, rules: ModelRules): string | null {
  const unread = imagesOf(conversation)
    .map(unreadType)
    .find((type) => type !== null)
  if (unread !== undefined) return `${model} reads no ${unread}`
  const goesOn = conversation.turns.at(-1)?.role === 'assistant'
  return goesOn && !rules.prefills ? `${model} cannot go on with an answer that was begun` : null
}

function unreadType({ source }: ImagePart): string | null {
  return source.kind === 'url' || IMAGES.has(source.mediaType) ? null : source.mediaType
}

/** Without any turn, the instructions are what is asked. */
function writePrompt({ conversation, rules, naming, dropped }: Draft): JsonObject {
  const { toolChoice, format, turns, tools } = conversation
  const forced = tools.length === 0 || rules.forcesTools ? null : forcedChoice(toolChoice)
  const system = [
    ...conversation.system,
    forced === null ? '' : callRequest(forced, naming.written),
    format?.type === 'json' ? JSON_ONLY : '',
  ].filter((text) => text.trim() !== '')
  if (turns.some(({ parts }) => parts.some(({ type }) => type === 'thinking'))) {
    dropped.add('thinking')
  }
  const messages = writeMessages(turns, naming.written)
  if (messages.length === 0) return { messages: [{ role: 'user', content: system.join('\n\n') }] }
  return {
    system: system.length === 0 ? null : system.map((text) => ({ type: 'text', text })),
    messages,
  }
}

import type { JsonObject } from '../../json.ts'
import type { AssistantPart, ImagePart, TextPart, Turn, UserPart } from '../conversation.ts'
import { argumentsObject } from '../tool-arguments.ts'
import { spokenTurns, type SpokenTurn } from '../turns.ts'

/** Anthropic takes no conversation that the assistant begins. */
const OPENING: JsonObject = { role: 'user', content: '(The conversation begins.)' }

interface Message {
  readonly role: string
  readonly content: readonly JsonObject[]
}

/** Empty texts and the thinking of other models are refused, so that they are left out. */
export function writeMessages(
  turns: readonly Turn[],
  nameOf: (name: string) => string,
): readonly JsonObject[] {
  const messages = spokenTurns(turns)
    .map((turn) => message(turn, nameOf))
    .filter(({ content }) => content.length > 0)
  const written = messages.map((one, index) => ({
    role: one.role,
    content: index === messages.length - 1 && one.role === 'assistant' ? begun(one) : one.content,
  }))
  return messages[0]?.role === 'assistant' ? [OPENING, ...written] : written
}

/** An answer to go on with must not end in blanks. */
function begun({ content }: Message): readonly JsonObject[] {
  const last = content.at(-1)
  const text = last?.['text']
  if (typeof text !== 'string') return content
  return [...content.slice(0, -1), { ...last, text: text.trimEnd() }]
}

function message(turn: SpokenTurn, nameOf: (name: string) => string): Message {
  const content =
    turn.role === 'user'
      ? turn.parts.flatMap(userBlock)
      : turn.parts.flatMap((part) => assistantBlock(part, nameOf))
  return { role: turn.role, content }
}

function userBlock(part: UserPart): readonly JsonObject[] {
  if (part.type !== 'tool-result') return saidBlock(part)
  const result = { type: 'tool_result', tool_use_id: toolId(part.id) }
  const content = part.parts.flatMap(saidBlock)
  return [
    {
      ...result,
      ...(content.length === 0 ? {} : { content }),
      ...(part.isError ? { is_error: true } : {}),
    },
  ]
}

function saidBlock(part: TextPart | ImagePart): readonly JsonObject[] {
  if (part.type === 'text') return textBlock(part.text)
  const { source } = part
  if (source.kind === 'url') return [{ type: 'image', source: { type: 'url', url: source.url } }]
  const { mediaType, data } = source
  return [{ type: 'image', source: { type: 'base64', media_type: mediaType, data } }]
}

function assistantBlock(
  part: AssistantPart,
  nameOf: (name: string) => string,
): readonly JsonObject[] {
  if (part.type === 'thinking') return []
  if (part.type === 'text') return textBlock(part.text)
  const { id, name, json } = part
  return [{ type: 'tool_use', id: toolId(id), name: nameOf(name), input: argumentsObject(json) }]
}

function textBlock(text: string): readonly JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }]
}

/** Anthropic's pattern; a call and its result are changed alike. */
export function toolId(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
}

import type { JsonObject } from '../../json.ts'
import { callRequest, forcedChoice, incapable } from '../capabilities.ts'
import type {
  AssistantPart,
  Conversation,
  ImagePart,
  TextPart,
  Tool,
  ToolResultPart,
  UserPart,
} from '../conversation.ts'
import type { RequestWriting, WriteTarget } from '../dialect.ts'
import { present } from '../fields.ts'
import { imagesOf } from '../images.ts'
import { spokenTurns, type SpokenTurn } from '../turns.ts'
import { writeCall } from './answer.ts'
import { windowFor } from './window.ts'
import { lostSettings, writeSettings } from './write-settings.ts'

export function writeChat(conversation: Conversation, target: WriteTarget): RequestWriting {
  const reason = incapable(conversation, target) ?? refusal(conversation)
  if (reason !== null) return { impossible: reason }
  const window = windowFor(conversation, target)
  if (typeof window !== 'number') return window
  const tools = offeredTools(conversation)
  return {
    body: {
      ...writeSettings(conversation, target, window),
      messages: writeMessages(conversation),
      ...(tools.length === 0 ? {} : { tools: tools.map(writeTool) }),
    },
    dropped: lostSettings(conversation, target),
    toolNames: new Map(),
  }
}

/** Ollama fetches nothing, and takes 0 tokens for any number of them. */
export function refusal(conversation: Conversation): string | null {
  if (conversation.maxOutputTokens === 0) return 'Ollama has no request that only warms a cache'
  const isRemote = imagesOf(conversation).some(({ source }) => source.kind === 'url')
  return isRemote ? 'an image is given by its address, and Ollama takes it by its bytes only' : null
}

/** Nobody can be made to call a tool here; offered one only, and told to, most models do. */
function offeredTools({ tools, toolChoice }: Conversation): readonly Tool[] {
  if (toolChoice?.type === 'none') return []
  const named =
    toolChoice?.type === 'tool' ? tools.filter((one) => one.name === toolChoice.name) : []
  return named.length > 0 ? named : tools
}

function writeTool({ name, description, schema }: Tool): JsonObject {
  const parameters = { properties: {}, ...schema, type: 'object' }
  return { type: 'function', function: present({ name, description, parameters }) }
}

function writeMessages(conversation: Conversation): readonly JsonObject[] {
  const { tools, toolChoice, turns } = conversation
  const forced = tools.length === 0 ? null : forcedChoice(toolChoice)
  const texts = [
    ...conversation.system,
    ...(forced === null ? [] : [callRequest(forced, (name) => name)]),
  ]
  const system = texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }]
  const names = new Map<string, string>()
  return [...system, ...spokenTurns(turns).flatMap((turn) => writeTurn(turn, names))]
}

/** `names` of the calls by their ids: a result is told by the name. */
function writeTurn(turn: SpokenTurn, names: Map<string, string>): readonly JsonObject[] {
  if (turn.role === 'user') return writeUser(turn.parts, names)
  for (const part of turn.parts) if (part.type === 'tool-call') names.set(part.id, part.name)
  return [writeAssistant(turn.parts)]
}

function writeUser(
  parts: readonly UserPart[],
  names: ReadonlyMap<string, string>,
): readonly JsonObject[] {
  const results: JsonObject[] = []
  const said: (TextPart | ImagePart)[] = []
  for (const part of parts) {
    if (part.type === 'tool-result') results.push(writeResult(part, names.get(part.id) ?? null))
    else said.push(part)
  }
  return said.length === 0 ? results : [...results, { role: 'user', ...writeSaid(said) }]
}

function writeResult(part: ToolResultPart, name: string | null): JsonObject {
  const said = writeSaid(part.parts)
  const content = part.isError ? `Error: ${said.content}` : said.content
  return present({ role: 'tool', ...said, content, tool_name: name, tool_call_id: part.id })
}

export function writeSaid(parts: readonly (TextPart | ImagePart)[]): {
  readonly content: string
  readonly images?: readonly string[]
} {
  const texts: string[] = []
  const images: string[] = []
  for (const part of parts) {
    if (part.type === 'text') texts.push(part.text)
    else if (part.source.kind === 'base64') images.push(part.source.data)
  }
  const content = texts.join('\n\n')
  return images.length === 0 ? { content } : { content, images }
}

function writeAssistant(parts: readonly AssistantPart[]): JsonObject {
  const calls: JsonObject[] = []
  const text: string[] = []
  const thoughts: string[] = []
  for (const part of parts) {
    if (part.type === 'text') text.push(part.text)
    else if (part.type === 'thinking') thoughts.push(part.text)
    else calls.push(writeCall(part, calls.length))
  }
  return present({
    role: 'assistant',
    content: text.join(''),
    thinking: thoughts.length === 0 ? null : thoughts.join('\n\n'),
    tool_calls: calls.length === 0 ? null : calls,
  })
}

import type { JsonObject } from '../../json.ts'
import type {
  AssistantPart,
  TextPart,
  Tool,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../conversation.ts'
import type { RequestReading } from '../dialect.ts'
import { exactText } from '../exact-json.ts'
import {
  bodyPlace,
  noteUnknown,
  objectIn,
  objectsIn,
  refuse,
  requiredObject,
  requiredString,
  stringIn,
  type Place,
} from '../fields.ts'
import { readImages, readSettings } from './read-settings.ts'

const KNOWN = new Set(['model', 'messages', 'tools', 'stream', 'format', 'options', 'think'])

export function readChat(object: JsonObject): RequestReading {
  const body = bodyPlace(object)
  requiredString(body, 'model')
  const dropped = new Set<string>()
  noteUnknown(body, KNOWN, dropped)
  const turns = readTurns(objectsIn(body, 'messages'))
  const firstSpoken = turns.findIndex(({ role }) => role !== 'system')
  const leading = firstSpoken < 0 ? turns.length : firstSpoken
  const conversation = {
    system: turns.slice(0, leading).flatMap(textsOf),
    turns: turns.slice(leading),
    tools: objectsIn(body, 'tools').map(readTool),
    ...readSettings(body, dropped),
  }
  // Without messages it only loads a model, or unloads it.
  const bound = turns.length === 0 ? ['messages'] : []
  return { conversation, dropped: [...dropped], bound }
}

function textsOf({ parts }: Turn): readonly string[] {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
}

/** Calls that no result has come for; older clients give no ids, but names or the order alone. */
interface Calls {
  readonly open: { readonly id: string; readonly name: string }[]
  count: number
}

function readTurns(messages: readonly Place[]): readonly Turn[] {
  const calls: Calls = { open: [], count: 0 }
  return messages.map((message): Turn => {
    const role = requiredString(message, 'role').toLowerCase()
    const text = readText(message)
    if (role === 'system') return { role, parts: text }
    if (role === 'user') return { role, parts: [...text, ...readImages(message)] }
    if (role === 'assistant') return { role, parts: readAssistant(message, text, calls) }
    if (role === 'tool') return { role: 'user', parts: [readResult(message, text, calls)] }
    return refuse(message, 'role', "not 'system', 'user', 'assistant' or 'tool'")
  })
}

function readText(message: Place): readonly TextPart[] {
  const text = stringIn(message, 'content') ?? ''
  return text === '' ? [] : [{ type: 'text', text }]
}

function readAssistant(
  message: Place,
  text: readonly TextPart[],
  calls: Calls,
): readonly AssistantPart[] {
  const thought = stringIn(message, 'thinking') ?? ''
  return [
    ...(thought === '' ? [] : [{ type: 'thinking' as const, text: thought }]),
    ...text,
    ...objectsIn(message, 'tool_calls').map((call) => readCall(call, calls)),
  ]
}

function readCall(call: Place, calls: Calls): ToolCallPart {
  const called = requiredObject(call, 'function')
  const name = requiredString(called, 'name')
  const id = stringIn(call, 'id') ?? `call_${calls.count}`
  calls.count += 1
  calls.open.push({ id, name })
  const given = objectIn(called, 'arguments')?.object ?? {}
  return { type: 'tool-call', id, name, json: exactText(given) }
}

function readResult(
  message: Place,
  text: readonly TextPart[],
  { open, count }: Calls,
): ToolResultPart {
  const given = stringIn(message, 'tool_call_id')
  const name = stringIn(message, 'tool_name') ?? stringIn(message, 'name')
  const match = open.findIndex((call) => (given === null ? call.name === name : call.id === given))
  const index = match < 0 && given === null ? 0 : match
  const [answered] = index < 0 ? [] : open.splice(index, 1)
  const id = given ?? answered?.id ?? `call_${count}`
  return { type: 'tool-result', id, parts: [...text, ...readImages(message)], isError: false }
}

function readTool(tool: Place): Tool {
  const described = requiredObject(tool, 'function')
  return {
    name: requiredString(described, 'name'),
    description: stringIn(described, 'description'),
    schema: objectIn(described, 'parameters')?.object ?? { type: 'object', properties: {} },
    strict: null,
  }
}

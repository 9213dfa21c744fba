import type {
  AssistantPart,
  ImagePart,
  TextPart,
  ToolResultPart,
  Turn,
  UserPart,
} from '../conversation.ts'
import { exactText } from '../exact-json.ts'
import {
  arrayIn,
  booleanIn,
  objectsIn,
  refuse,
  requiredObject,
  requiredString,
  stringIn,
  valueIn,
  type Place,
} from '../fields.ts'
import { isObject } from '../../json.ts'

/** What only this format knows, by paths without numbers: a conversation has many of each. */
export interface Findings {
  readonly dropped: Set<string>
  readonly bound: Set<string>
}

export function readTurn(message: Place, findings: Findings): Turn {
  const role = requiredString(message, 'role')
  if (role === 'user') return { role, parts: readParts(message, findings, userPart) }
  if (role === 'assistant') return { role, parts: readParts(message, findings, assistantPart) }
  if (role === 'system') return { role, parts: readParts(message, findings, systemPart) }
  return refuse(message, 'role', "not 'user', 'assistant' or 'system'")
}

/** Content that is a string, or blocks; a block may give no part. */
function readParts<Part>(
  place: Place,
  findings: Findings,
  partOf: (block: Place, findings: Findings) => Part | null,
): readonly (Part | TextPart)[] {
  const content = valueIn(place, 'content')
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === null) return refuse(place, 'content', 'missing')
  const parts: (Part | TextPart)[] = []
  for (const block of objectsIn(place, 'content')) {
    const part = partOf(block, findings)
    if (part !== null) parts.push(part)
  }
  return parts
}

function systemPart(block: Place, findings: Findings): TextPart | null {
  const type = requiredString(block, 'type')
  return type === 'text' ? textPart(block, findings) : bound(findings, type)
}

function userPart(block: Place, findings: Findings): UserPart | null {
  const type = requiredString(block, 'type')
  if (type === 'tool_result') return toolResult(block, findings)
  return saidPart(block, type, findings)
}

function assistantPart(block: Place, findings: Findings): AssistantPart | null {
  const type = requiredString(block, 'type')
  if (type === 'text') return textPart(block, findings)
  if (type === 'thinking') {
    const text = requiredString(block, 'thinking')
    findings.dropped.add('messages[].content[].signature')
    return text === '' ? null : { type: 'thinking', text }
  }
  if (type === 'redacted_thinking') {
    findings.dropped.add('messages[].content[].redacted_thinking')
    return null
  }
  return type === 'tool_use' ? toolCall(block, findings) : bound(findings, type)
}

function toolCall(block: Place, findings: Findings): AssistantPart | null {
  noteExtras(block, findings)
  // A browser's or a computer's tool, or one that code of the provider called.
  const caller = valueIn(block, 'caller')
  const isPlain = caller === null || (isObject(caller) && caller['type'] === 'direct')
  if (!isPlain || valueIn(block, 'toolset_name') !== null) return bound(findings, 'tool_use.caller')
  const { object } = requiredObject(block, 'input')
  return {
    type: 'tool-call',
    id: requiredString(block, 'id'),
    name: requiredString(block, 'name'),
    json: exactText(object),
  }
}

function toolResult(block: Place, findings: Findings): ToolResultPart {
  noteExtras(block, findings)
  const isEmpty = valueIn(block, 'content') === null
  return {
    type: 'tool-result',
    id: requiredString(block, 'tool_use_id'),
    parts: isEmpty ? [] : readParts(block, findings, resultPart),
    isError: booleanIn(block, 'is_error') ?? false,
  }
}

function resultPart(block: Place, findings: Findings): TextPart | ImagePart | null {
  const type = requiredString(block, 'type')
  // The tool that was found is among the tools all the same, so that its name says it.
  if (type === 'tool_reference') return { type: 'text', text: requiredString(block, 'tool_name') }
  return saidPart(block, type, findings)
}

function saidPart(block: Place, type: string, findings: Findings): TextPart | ImagePart | null {
  if (type === 'text') return textPart(block, findings)
  return type === 'image' ? imagePart(block, findings) : bound(findings, type)
}

function textPart(block: Place, findings: Findings): TextPart | null {
  noteExtras(block, findings)
  const text = requiredString(block, 'text')
  if (arrayIn(block, 'citations').length > 0) bound(findings, 'citations')
  return text === '' ? null : { type: 'text', text }
}

function imagePart(block: Place, findings: Findings): ImagePart | null {
  noteExtras(block, findings)
  if (valueIn(block, 'transformations') !== null) {
    findings.dropped.add('messages[].content[].transformations')
  }
  const source = requiredObject(block, 'source')
  const kind = requiredString(source, 'type')
  if (kind === 'url') return { type: 'image', source: { kind, url: requiredString(source, 'url') } }
  if (kind !== 'base64') return bound(findings, `source.${kind}`)
  const mediaType = requiredString(source, 'media_type')
  return { type: 'image', source: { kind, mediaType, data: requiredString(source, 'data') } }
}

function noteExtras(block: Place, { dropped }: Findings): void {
  if (valueIn(block, 'cache_control') !== null) dropped.add('messages[].content[].cache_control')
}

function bound(findings: Findings, what: string): null {
  findings.bound.add(`messages[].content[].${what}`)
  return null
}

/** The system texts, without the one by which Claude Code's subscription is billed. */
export function readSystem(body: Place, findings: Findings): readonly string[] {
  const value = valueIn(body, 'system')
  if (value === null) return []
  if (typeof value === 'string') return value === '' ? [] : [value]
  const texts: string[] = []
  for (const block of objectsIn(body, 'system')) {
    const text = stringIn(block, 'text') ?? refuse(block, 'text', 'missing')
    if (valueIn(block, 'cache_control') !== null) findings.dropped.add('system[].cache_control')
    if (text.startsWith('x-anthropic-billing-header:')) findings.dropped.add('system[].billing')
    else if (text !== '') texts.push(text)
  }
  return texts
}

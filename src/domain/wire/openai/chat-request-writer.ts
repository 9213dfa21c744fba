import type { Json, JsonObject } from '../../json.ts'
import type {
  AssistantPart,
  Conversation,
  ImagePart,
  TextPart,
  ToolResultPart,
} from '../conversation.ts'
import type { RequestWriting, WriteTarget } from '../dialect.ts'
import {
  joinTexts,
  lacksJsonWord,
  resultParts,
  whyImpossible,
  writeFormat,
  writeInstructions,
  writeOutputLimit,
  writeSampling,
  writeTools,
  writeUserId,
  type Writing,
} from './asking.ts'
import { defined } from './fields.ts'
import { imageUrl } from './images.ts'
import { effortFor, modelRules, type ModelRules } from './model-rules.ts'
import { nameTools, writeCallId } from './tool-names.ts'
import { messagesOf, type Message } from './transcript.ts'

const MOST_STOPS = 4

export function writeChatRequest(conversation: Conversation, target: WriteTarget): RequestWriting {
  const impossible = whyImpossible(conversation, target)
  if (impossible !== null) return { impossible }
  const naming = nameTools(conversation)
  const writing: Writing = { nameOf: naming.written, dropped: new Set() }
  const rules = modelRules(target)
  const body = defined({
    model: target.model,
    messages: writeMessages(conversation, writing),
    ...writeTools(conversation, writing, (fields) => ({ type: 'function', function: fields })),
    max_completion_tokens: writeOutputLimit(conversation, target),
    ...writeSampling(conversation, rules, writing.dropped),
    stop: writeStop(conversation, rules, writing),
    reasoning_effort: writeEffort(conversation, rules, writing),
    response_format: writeFormat(conversation.format, writing, (fields) => ({
      json_schema: fields,
    })),
    safety_identifier: writeUserId(conversation.userId),
    ...(conversation.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
  return { body, dropped: [...writing.dropped], toolNames: naming.changed }
}

function writeMessages(conversation: Conversation, writing: Writing): readonly Json[] {
  const instructions = writeInstructions(conversation.system)
  return [
    ...(instructions === null ? [] : [{ role: 'system', content: instructions }]),
    ...(lacksJsonWord(conversation) ? [{ role: 'system', content: 'Answer in JSON.' }] : []),
    ...messagesOf(conversation.turns).flatMap((message) => writeMessage(message, writing)),
  ]
}

function writeMessage(message: Message, writing: Writing): readonly JsonObject[] {
  switch (message.role) {
    case 'system': {
      const content = writeInstructions(message.parts.map(({ text }) => text))
      return content === null ? [] : [{ role: 'system', content }]
    }
    case 'user':
      return [{ role: 'user', content: writeUserContent(message.parts) }]
    case 'assistant':
      return writeAssistant(message.parts, writing)
    case 'tools':
      return [...message.parts.map(writeResult), ...writeResultImages(message.parts)]
  }
}

function writeUserContent(parts: readonly (TextPart | ImagePart)[]): Json {
  const texts = parts.filter((part) => part.type === 'text')
  return texts.length === parts.length ? joinTexts(texts) : parts.map(writePart)
}

function writePart(part: TextPart | ImagePart): JsonObject {
  return part.type === 'text'
    ? { type: 'text', text: part.text }
    : { type: 'image_url', image_url: { url: imageUrl(part) } }
}

function writeAssistant(
  parts: readonly AssistantPart[],
  { nameOf, dropped }: Writing,
): readonly JsonObject[] {
  if (parts.some(({ type }) => type === 'thinking')) dropped.add('thinking')
  const text = joinTexts(parts.filter((part) => part.type === 'text'))
  const calls = parts
    .filter((part) => part.type === 'tool-call')
    .map(({ id, name, json }) => ({
      id: writeCallId(id),
      type: 'function',
      function: { name: nameOf(name), arguments: json },
    }))
  if (calls.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }]
  return [{ role: 'assistant', content: text === '' ? null : text, tool_calls: calls }]
}

function writeResult(result: ToolResultPart): JsonObject {
  const texts = resultParts(result).filter((part) => part.type === 'text')
  const isPicture = texts.length === 0 && result.parts.length > 0
  return {
    role: 'tool',
    tool_call_id: writeCallId(result.id),
    content: isPicture ? '(an image: see the next message)' : joinTexts(texts),
  }
}

/** A tool message holds only text, so that a user message after it brings the images. */
function writeResultImages(results: readonly ToolResultPart[]): readonly JsonObject[] {
  const content = results.flatMap(({ id, parts }) => {
    const images = parts.filter((part) => part.type === 'image').map(writePart)
    const label = { type: 'text', text: `From the result of the tool call ${writeCallId(id)}:` }
    return images.length === 0 ? [] : [label, ...images]
  })
  return content.length === 0 ? [] : [{ role: 'user', content }]
}

function writeStop(
  { stop }: Conversation,
  { sampling }: ModelRules,
  { dropped }: Writing,
): readonly string[] | undefined {
  if (!sampling || stop.length === 0) return undefined
  if (stop.length > MOST_STOPS) dropped.add('stop')
  return stop.slice(0, MOST_STOPS)
}

function writeEffort(
  { effort, tools }: Conversation,
  { efforts, chatEffortWithTools }: ModelRules,
  { dropped }: Writing,
): string | undefined {
  if (tools.length > 0 && chatEffortWithTools !== 'any') {
    if (effort !== null && effort !== 'none') dropped.add('effort')
    return chatEffortWithTools === 'none' ? 'none' : undefined
  }
  const written = effortFor(effort, efforts)
  if (written === null && effort !== null && effort !== 'none') dropped.add('effort')
  return written ?? undefined
}

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

/** Fewer are refused. */
const LEAST_OUTPUT_TOKENS = 16

/** Nothing is stored at OpenAI, which is what the API does unless it is told. */
export function writeResponsesRequest(
  conversation: Conversation,
  target: WriteTarget,
): RequestWriting {
  const impossible = whyImpossible(conversation, target)
  if (impossible !== null) return { impossible }
  const naming = nameTools(conversation)
  const writing: Writing = { nameOf: naming.written, dropped: new Set() }
  const rules = modelRules(target)
  if (conversation.stop.length > 0) writing.dropped.add('stop')
  const limit = writeOutputLimit(conversation, target)
  const format = writeFormat(conversation.format, writing, (fields) => fields)
  const body = defined({
    model: target.model,
    instructions: writeInstructions(conversation.system) ?? undefined,
    input: writeInput(conversation, writing),
    ...writeTools(conversation, writing, (fields) => ({ type: 'function', ...fields })),
    max_output_tokens: limit === undefined ? undefined : Math.max(limit, LEAST_OUTPUT_TOKENS),
    ...writeSampling(conversation, rules, writing.dropped),
    reasoning: writeReasoning(conversation, rules, writing),
    text: format === undefined ? undefined : { format },
    safety_identifier: writeUserId(conversation.userId),
    store: false,
    stream: conversation.stream || undefined,
  })
  return { body, dropped: [...writing.dropped], toolNames: naming.changed }
}

function writeInput(conversation: Conversation, writing: Writing): readonly Json[] {
  return [
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
      return [{ role: 'user', content: writeContent(message.parts) }]
    case 'assistant':
      return message.parts.flatMap((part) => writeAssistantPart(part, writing))
    case 'tools':
      return message.parts.map(writeResult)
  }
}

function writeContent(parts: readonly (TextPart | ImagePart)[]): Json {
  const texts = parts.filter((part) => part.type === 'text')
  return texts.length === parts.length ? joinTexts(texts) : parts.map(writePart)
}

function writePart(part: TextPart | ImagePart): JsonObject {
  return part.type === 'text'
    ? { type: 'input_text', text: part.text }
    : { type: 'input_image', image_url: imageUrl(part), detail: 'auto' }
}

function writeAssistantPart(
  part: AssistantPart,
  { nameOf, dropped }: Writing,
): readonly JsonObject[] {
  switch (part.type) {
    case 'thinking':
      dropped.add('thinking')
      return []
    case 'text':
      return part.text === '' ? [] : [{ role: 'assistant', content: part.text }]
    case 'tool-call': {
      const call = { call_id: writeCallId(part.id), name: nameOf(part.name) }
      return [{ type: 'function_call', ...call, arguments: part.json }]
    }
  }
}

function writeResult(result: ToolResultPart): JsonObject {
  return {
    type: 'function_call_output',
    call_id: writeCallId(result.id),
    output: writeContent(resultParts(result)),
  }
}

function writeReasoning(
  { effort }: Conversation,
  { efforts }: ModelRules,
  { dropped }: Writing,
): JsonObject | undefined {
  const written = effortFor(effort, efforts)
  if (written !== null) return { effort: written }
  if (effort !== null && effort !== 'none') dropped.add('effort')
  return undefined
}

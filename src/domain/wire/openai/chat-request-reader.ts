import type { Json, JsonObject } from '../../json.ts'
import type {
  AssistantPart,
  OutputFormat,
  Tool,
  ToolCallPart,
  ToolChoice,
  Turn,
} from '../conversation.ts'
import type { RequestReading } from '../dialect.ts'
import { readContent, readTexts } from './content.ts'
import {
  optionalBoolean,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  refuse,
  requireList,
  requireObject,
  requireText,
} from './fields.ts'
import { sortFields, type Findings } from './findings.ts'
import { readEffort, readPlainFormat, readSchemaFormat, readStop, readUserId } from './settings.ts'
import { readParameters } from './schema.ts'
import { transcript } from './transcript.ts'

const FIELDS = {
  carried: new Set([
    'model',
    'messages',
    'stream',
    'stream_options',
    'max_completion_tokens',
    'max_tokens',
    'temperature',
    'top_p',
    'stop',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'user',
    'safety_identifier',
  ]),
  losses: {
    n: (value: Json) => (value === 1 ? 'none' : 'bound'),
    logprobs: 'bound',
    top_logprobs: (value: Json) => (value === 0 ? 'none' : 'bound'),
    modalities: (value: Json) =>
      Array.isArray(value) && value.every((kind) => kind === 'text') ? 'none' : 'bound',
    audio: 'bound',
    web_search_options: 'bound',
    functions: 'bound',
    function_call: 'bound',
    moderation: 'bound',
    store: 'bound',
  },
} as const

/** @throws BadRequest naming the field */
export function readChatRequest(body: JsonObject): RequestReading {
  const findings = sortFields(body, FIELDS)
  const messages = requireList(body['messages'], 'messages')
  if (messages.length === 0) refuse('messages', 'at least one message')
  const turns = messages.flatMap((message, index) =>
    readMessage(requireObject(message, `messages[${index}]`), `messages[${index}]`, findings),
  )
  const conversation = {
    ...transcript(turns),
    tools: readTools(body['tools'], findings),
    toolChoice: readToolChoice(body['tool_choice'], findings),
    parallelTools: optionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls'),
    maxOutputTokens:
      optionalNumber(body['max_completion_tokens'], 'max_completion_tokens') ??
      optionalNumber(body['max_tokens'], 'max_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    topK: null,
    stop: readStop(body['stop']),
    effort: readEffort(body['reasoning_effort'], 'reasoning_effort', findings),
    format: readFormat(body['response_format'], findings),
    userId: readUserId(body),
    stream: optionalBoolean(body['stream'], 'stream') ?? false,
  }
  return { conversation, dropped: [...findings.dropped], bound: [...findings.bound] }
}

function readMessage(message: JsonObject, path: string, findings: Findings): readonly Turn[] {
  const role = requireText(message['role'], `${path}.role`)
  const place = { path: `${path}.content`, kind: 'messages[].content', findings }
  if (role !== 'tool' && (message['name'] ?? null) !== null) findings.dropped.add('messages[].name')
  switch (role) {
    case 'system':
    case 'developer':
      return [{ role: 'system', parts: readTexts(message['content'], place) }]
    case 'user':
      return [{ role, parts: readContent(message['content'], place) }]
    case 'assistant':
      return [{ role, parts: readAssistant(message, path, findings) }]
    case 'tool': {
      const id = requireText(message['tool_call_id'], `${path}.tool_call_id`)
      const parts = readContent(message['content'], place)
      return [{ role: 'user', parts: [{ type: 'tool-result', id, parts, isError: false }] }]
    }
    default:
      findings.bound.add('messages[].role')
      return []
  }
}

function readAssistant(
  message: JsonObject,
  path: string,
  findings: Findings,
): readonly AssistantPart[] {
  for (const name of ['audio', 'function_call']) {
    if ((message[name] ?? null) !== null) findings.bound.add(`messages[].${name}`)
  }
  const place = { path: `${path}.content`, kind: 'messages[].content', findings }
  const thinking = optionalText(message['reasoning_content'], `${path}.reasoning_content`) ?? ''
  const refusal = optionalText(message['refusal'], `${path}.refusal`) ?? ''
  return [
    ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
    ...readTexts(message['content'], place),
    ...(refusal === '' ? [] : [{ type: 'text', text: refusal } as const]),
    ...readCalls(message['tool_calls'], `${path}.tool_calls`, findings),
  ]
}

function readCalls(
  calls: Json | undefined,
  path: string,
  findings: Findings,
): readonly ToolCallPart[] {
  return optionalList(calls, path).flatMap((value, index) => {
    const call = requireObject(value, `${path}[${index}]`)
    if ((call['type'] ?? 'function') !== 'function') {
      findings.bound.add('messages[].tool_calls[].type')
      return []
    }
    const called = requireObject(call['function'], `${path}[${index}].function`)
    const name = requireText(called['name'], `${path}[${index}].function.name`)
    const json = optionalText(called['arguments'], `${path}[${index}].function.arguments`)
    const id = requireText(call['id'], `${path}[${index}].id`)
    return [{ type: 'tool-call', id, name, json: json === null || json === '' ? '{}' : json }]
  })
}

function readTools(tools: Json | undefined, findings: Findings): readonly Tool[] {
  return optionalList(tools, 'tools').flatMap((value, index) => {
    const tool = requireObject(value, `tools[${index}]`)
    const type = requireText(tool['type'], `tools[${index}].type`)
    if (type !== 'function') {
      findings.bound.add(`tools[].${type}`)
      return []
    }
    const path = `tools[${index}].function`
    const fields = requireObject(tool['function'], path)
    return [
      {
        name: requireText(fields['name'], `${path}.name`),
        description: optionalText(fields['description'], `${path}.description`),
        schema: readParameters(fields['parameters'], `${path}.parameters`),
        strict: optionalBoolean(fields['strict'], `${path}.strict`),
      },
    ]
  })
}

function readToolChoice(choice: Json | undefined, findings: Findings): ToolChoice | null {
  if (choice === undefined || choice === null) return null
  if (choice === 'auto' || choice === 'none') return { type: choice }
  if (choice === 'required') return { type: 'any' }
  const fields = requireObject(choice, 'tool_choice')
  if (fields['type'] !== 'function') {
    findings.bound.add('tool_choice')
    return null
  }
  const called = requireObject(fields['function'], 'tool_choice.function')
  return { type: 'tool', name: requireText(called['name'], 'tool_choice.function.name') }
}

function readFormat(format: Json | undefined, findings: Findings): OutputFormat | null {
  const fields = optionalObject(format, 'response_format')
  if (fields['type'] !== 'json_schema') return readPlainFormat(fields, 'response_format', findings)
  const path = 'response_format.json_schema'
  return readSchemaFormat(requireObject(fields['json_schema'], path), path)
}

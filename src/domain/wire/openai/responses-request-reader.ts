import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { AssistantPart, OutputFormat, Tool, ToolChoice, Turn } from '../conversation.ts'
import type { RequestReading } from '../dialect.ts'
import { readContent, readTexts } from './content.ts'
import {
  objectsIn,
  optionalBoolean,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  refuse,
  requireObject,
  requireText,
  textIn,
} from './fields.ts'
import { sortFields, type Findings } from './findings.ts'
import { readParameters } from './schema.ts'
import { readEffort, readPlainFormat, readSchemaFormat, readUserId } from './settings.ts'
import { transcript } from './transcript.ts'

const FIELDS = {
  carried: new Set([
    'model',
    'input',
    'instructions',
    'stream',
    'stream_options',
    'max_output_tokens',
    'temperature',
    'top_p',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'text',
    'reasoning',
    'user',
    'safety_identifier',
  ]),
  losses: {
    previous_response_id: 'bound',
    conversation: 'bound',
    prompt: 'bound',
    moderation: 'bound',
    background: 'bound',
    // Unsaid means true to the API, but no client that leaves it out counts on the stored answer.
    store: 'bound',
    top_logprobs: (value: Json) => (value === 0 ? 'none' : 'bound'),
    include: (value: Json) =>
      Array.isArray(value) && value.includes('message.output_text.logprobs') ? 'bound' : 'dropped',
  },
} as const

/** @throws BadRequest naming the field */
export function readResponsesRequest(body: JsonObject): RequestReading {
  const findings = sortFields(body, FIELDS)
  const { system, turns } = transcript(readInput(body['input'], findings))
  const instructions = optionalText(body['instructions'], 'instructions') ?? ''
  const reasoning = optionalObject(body['reasoning'], 'reasoning')
  const text = optionalObject(body['text'], 'text')
  noteRest(reasoning, 'reasoning', 'effort', findings)
  noteRest(text, 'text', 'format', findings)
  const conversation = {
    system: instructions === '' ? system : [instructions, ...system],
    turns,
    tools: readTools(body['tools'], findings),
    toolChoice: readToolChoice(body['tool_choice'], findings),
    parallelTools: optionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls'),
    maxOutputTokens: optionalNumber(body['max_output_tokens'], 'max_output_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    topK: null,
    stop: [],
    effort: readEffort(reasoning['effort'], 'reasoning.effort', findings),
    format: readFormat(text['format'], findings),
    userId: readUserId(body),
    stream: optionalBoolean(body['stream'], 'stream') ?? false,
  }
  return { conversation, dropped: [...findings.dropped], bound: [...findings.bound] }
}

function noteRest(fields: JsonObject, path: string, carried: string, findings: Findings): void {
  for (const [name, value] of Object.entries(fields)) {
    if (name !== carried && value !== null) findings.dropped.add(`${path}.${name}`)
  }
}

function readInput(input: Json | undefined, findings: Findings): readonly Turn[] {
  if (typeof input === 'string') {
    return [{ role: 'user', parts: input === '' ? [] : [{ type: 'text', text: input }] }]
  }
  // Left out where a stored prompt or an earlier response says what is asked.
  if ((input ?? null) === null) {
    if (findings.bound.size > 0) return []
    return refuse('input', 'a text or a list of items')
  }
  return optionalList(input, 'input').flatMap((value, index) => {
    const path = `input[${index}]`
    return readItem(requireObject(value, path), path, findings)
  })
}

function readItem(item: JsonObject, path: string, findings: Findings): readonly Turn[] {
  const type = optionalText(item['type'], `${path}.type`) ?? 'message'
  switch (type) {
    case 'message':
      return readMessage(item, path, findings)
    case 'reasoning':
      return assistant(readReasoning(item, findings))
    case 'function_call':
      return assistant([
        {
          type: 'tool-call',
          id: requireText(item['call_id'], `${path}.call_id`),
          name: requireText(item['name'], `${path}.name`),
          json: requireText(item['arguments'], `${path}.arguments`) || '{}',
        },
      ])
    case 'function_call_output': {
      const id = requireText(item['call_id'], `${path}.call_id`)
      const place = { path: `${path}.output`, kind: 'input[].output', findings }
      const parts = readContent(item['output'], place)
      return [{ role: 'user', parts: [{ type: 'tool-result', id, parts, isError: false }] }]
    }
    default:
      findings.bound.add(`input[].${type}`)
      return []
  }
}

function readMessage(item: JsonObject, path: string, findings: Findings): readonly Turn[] {
  const role = requireText(item['role'], `${path}.role`)
  const place = { path: `${path}.content`, kind: 'input[].content', findings }
  switch (role) {
    case 'system':
    case 'developer':
      return [{ role: 'system', parts: readTexts(item['content'], place) }]
    case 'user':
      return [{ role, parts: readContent(item['content'], place) }]
    case 'assistant':
      return assistant(readTexts(item['content'], place))
    default:
      findings.bound.add('input[].role')
      return []
  }
}

function assistant(parts: readonly AssistantPart[]): readonly Turn[] {
  return [{ role: 'assistant', parts }]
}

/** What is encrypted only OpenAI can read. */
function readReasoning(item: JsonObject, findings: Findings): readonly AssistantPart[] {
  if ((item['encrypted_content'] ?? null) !== null) {
    findings.dropped.add('input[].encrypted_content')
  }
  const text = reasoningText(item)
  return text === '' ? [] : [{ type: 'thinking', text }]
}

/** The thoughts themselves, where the provider shows them, else their summary. */
export function reasoningText(item: JsonObject): string {
  const texts = (parts: Json | undefined): string =>
    objectsIn(parts)
      .map((part) => textIn(part['text']))
      .join('\n\n')
  return texts(item['content']) || texts(item['summary'])
}

function readTools(tools: Json | undefined, findings: Findings): readonly Tool[] {
  return optionalList(tools, 'tools').flatMap((value, index) => {
    const path = `tools[${index}]`
    const tool = requireObject(value, path)
    const type = requireText(tool['type'], `${path}.type`)
    // A `custom` tool takes free text, often held to a grammar: no other format has the like.
    if (type !== 'function') {
      findings.bound.add(`tools[].${type}`)
      return []
    }
    return [
      {
        name: requireText(tool['name'], `${path}.name`),
        description: optionalText(tool['description'], `${path}.description`),
        schema: readParameters(tool['parameters'], `${path}.parameters`),
        strict: optionalBoolean(tool['strict'], `${path}.strict`),
      },
    ]
  })
}

function readToolChoice(choice: Json | undefined, findings: Findings): ToolChoice | null {
  if (choice === undefined || choice === null) return null
  if (choice === 'auto' || choice === 'none') return { type: choice }
  if (choice === 'required') return { type: 'any' }
  if (isObject(choice) && choice['type'] === 'function') {
    return { type: 'tool', name: requireText(choice['name'], 'tool_choice.name') }
  }
  requireObject(choice, 'tool_choice')
  findings.bound.add('tool_choice')
  return null
}

function readFormat(format: Json | undefined, findings: Findings): OutputFormat | null {
  const fields = optionalObject(format, 'text.format')
  return fields['type'] === 'json_schema'
    ? readSchemaFormat(fields, 'text.format')
    : readPlainFormat(fields, 'text.format', findings)
}

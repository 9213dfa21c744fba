import type { JsonObject } from '../../json.ts'
import type { Effort, OutputFormat, Tool, ToolChoice } from '../conversation.ts'
import type { RequestReading } from '../dialect.ts'
import {
  bodyPlace,
  booleanIn,
  noteUnknown,
  numberIn,
  objectIn,
  objectsIn,
  refuse,
  requiredObject,
  requiredString,
  stringIn,
  stringsIn,
  valueIn,
  type Place,
} from '../fields.ts'
import { modelRules } from './model-rules.ts'
import { readSystem, readTurn, type Findings } from './read-content.ts'

const KNOWN = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'max_tokens',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'thinking',
  'output_config',
  'metadata',
  'container',
  'mcp_servers',
])
const KNOWN_OF_TOOL = new Set(['name', 'description', 'input_schema', 'type', 'strict'])
/** OpenAI takes no longer one. Claude Code's is longer: the ids of the device and the account. */
const LONGEST_USER_ID = 64

export function readRequest(object: JsonObject): RequestReading {
  const body = bodyPlace(object)
  const findings: Findings = { dropped: new Set(), bound: new Set() }
  const model = requiredString(body, 'model')
  if (valueIn(body, 'messages') === null) refuse(body, 'messages', 'missing')
  const choice = objectIn(body, 'tool_choice')
  const notParallel = choice === null ? null : booleanIn(choice, 'disable_parallel_tool_use')
  const conversation = {
    system: readSystem(body, findings),
    turns: objectsIn(body, 'messages').map((message) => readTurn(message, findings)),
    tools: readTools(body, findings),
    toolChoice: choice === null ? null : readChoice(choice),
    parallelTools: notParallel === null ? null : !notParallel,
    maxOutputTokens: numberIn(body, 'max_tokens'),
    temperature: numberIn(body, 'temperature'),
    topP: numberIn(body, 'top_p'),
    topK: numberIn(body, 'top_k'),
    stop: stringsIn(body, 'stop_sequences'),
    effort: readEffort(body, model),
    format: readFormat(body),
    userId: readUserId(body, findings),
    stream: booleanIn(body, 'stream') ?? false,
  }
  noteUnknown(body, KNOWN, findings.dropped)
  for (const key of ['container', 'mcp_servers']) {
    if (valueIn(body, key) !== null) findings.bound.add(key)
  }
  return { conversation, dropped: [...findings.dropped], bound: [...findings.bound] }
}

/** A tool with a type of its own is run by the provider, or known by name to its models alone. */
function readTools(body: Place, { dropped, bound }: Findings): readonly Tool[] {
  const tools: Tool[] = []
  for (const tool of objectsIn(body, 'tools')) {
    const type = stringIn(tool, 'type') ?? 'custom'
    if (type !== 'custom') {
      bound.add(`tools[].${type}`)
      continue
    }
    noteUnknown(tool, KNOWN_OF_TOOL, dropped)
    tools.push({
      name: requiredString(tool, 'name'),
      description: stringIn(tool, 'description'),
      schema: requiredObject(tool, 'input_schema').object,
      strict: booleanIn(tool, 'strict'),
    })
  }
  return tools
}

function readChoice(choice: Place): ToolChoice {
  const type = requiredString(choice, 'type')
  if (type === 'tool') return { type, name: requiredString(choice, 'name') }
  if (type === 'auto' || type === 'any' || type === 'none') return { type }
  return refuse(choice, 'type', "not 'auto', 'any', 'tool' or 'none'")
}

const EFFORTS: ReadonlyMap<string, Effort> = new Map(
  (['low', 'medium', 'high', 'xhigh', 'max'] as const).map((effort) => [effort, effort]),
)

/**
 * A request that does not ask for thinking gets none, where its model would not think either: such
 * programs take the first block of the answer for the text.
 */
function readEffort(body: Place, model: string): Effort | null {
  const thinking = objectIn(body, 'thinking')
  const type = thinking === null ? null : requiredString(thinking, 'type')
  if (type === 'disabled' || type === 'between_tools') return 'none'
  const config = objectIn(body, 'output_config')
  const effort = config === null ? null : stringIn(config, 'effort')
  if (effort !== null) return EFFORTS.get(effort) ?? null
  if (thinking === null) return modelRules(model).thinksUnasked ? null : 'none'
  return type === 'enabled' ? effortOfBudget(numberIn(thinking, 'budget_tokens') ?? 0) : null
}

function effortOfBudget(tokens: number): Effort {
  if (tokens < 4096) return 'low'
  return tokens < 16_384 ? 'medium' : 'high'
}

function readFormat(body: Place): OutputFormat | null {
  const config = objectIn(body, 'output_config')
  const format = config === null ? null : objectIn(config, 'format')
  if (format === null) return null
  if (requiredString(format, 'type') !== 'json_schema') refuse(format, 'type', "not 'json_schema'")
  const schema = requiredObject(format, 'schema').object
  return { type: 'json-schema', name: null, schema, strict: null }
}

function readUserId(body: Place, { dropped }: Findings): string | null {
  const metadata = objectIn(body, 'metadata')
  if (metadata === null) return null
  noteUnknown(metadata, new Set(['user_id']), dropped)
  const userId = stringIn(metadata, 'user_id')
  if (userId === null || userId.length <= LONGEST_USER_ID) return userId
  dropped.add('metadata.user_id')
  return null
}

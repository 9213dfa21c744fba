import { isObject, type Json, type JsonObject } from '../../json.ts'
import { allTokens } from '../counts.ts'
import type { Usage } from '../usage.ts'
import { ANTHROPIC_USAGE_FIELDS, anthropicTerms, anthropicUsage } from './anthropic-usage.ts'
import { textAt, timeAt } from './fields.ts'
import type { LineFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/** Error texts and the like, which Claude Code writes in the place of an answer. */
const SYNTHETIC = '<synthetic>'

/** As long as this an id is random, so unique; a gateway may give each answer the same short one. */
const UNIQUE_LENGTH = 20

const NOTHING: readonly LogRecord[] = []

/**
 * `~/.claude/projects/…/SESSION.jsonl`. One answer is a line for each of its content blocks, all with
 * its whole usage; copies of it stand in resumed sessions and side branches.
 */
export const CLAUDE_CODE: LineFormat = {
  kind: 'lines',
  agent: 'claude-code',
  // The longest text that every usage object holds: the longer, the faster it is looked for.
  marks: ['"output_tokens":'],
  begins: '{"parentUuid":',
  list: {
    open: '"content":[',
    close: '],"stop_reason":',
    fields: [
      'type',
      'isApiErrorMessage',
      'isSidechain',
      'timestamp',
      'uuid',
      'cwd',
      'sessionId',
      'requestId',
      'requestRef',
      'message.id',
      'message.model',
      ...ANTHROPIC_USAGE_FIELDS.map((field) => `message.usage.${field}`),
    ],
  },
  open: () => ({ read, state: () => ({}) }),
}

function read(line: JsonObject): readonly LogRecord[] | null {
  const { type, message } = line
  if (typeof type === 'string' && type !== 'assistant') return NOTHING
  if (type !== 'assistant' || !isObject(message) || !isObject(message['usage'])) return null
  if (line['isApiErrorMessage'] === true || message['model'] === SYNTHETIC) return NOTHING
  const { usage } = message
  const main = recordOf(line, message, usage)
  if (main === null) return null
  const extra = extraCalls(main, usage)
  if (extra.length === 0) return isUsed(main) ? [main] : NOTHING
  return [main, ...extra].filter(isUsed)
}

function recordOf(line: JsonObject, message: JsonObject, usage: JsonObject): LogRecord | null {
  const counts = anthropicUsage(usage)
  const atMs = timeAt(line, 'timestamp')
  const id = counts === null ? null : idOf(line, message, counts)
  if (counts === null || atMs === null || id === null) return null
  return {
    agent: 'claude-code',
    id,
    answerId: id === textAt(message, 'id') ? id : null,
    requestId: textAt(line, 'requestId'),
    atMs,
    provider: null,
    model: textAt(message, 'model'),
    project: textAt(line, 'cwd'),
    session: textAt(line, 'sessionId'),
    isSidechain: line['isSidechain'] === true,
    usage: counts,
    terms: anthropicTerms(usage),
    billing: 'unknown',
  }
}

/** A side branch repeats answers under other request ids, so a unique message id stands alone. */
function idOf(line: JsonObject, message: JsonObject, counts: Usage): string | null {
  const id = textAt(message, 'id')
  if (id === null) return textAt(line, 'uuid')
  if (id.length >= UNIQUE_LENGTH) return id
  const request = textAt(line, 'requestId') ?? textAt(line, 'requestRef')
  const own = request ?? Object.values(counts).join('/')
  return [textAt(line, 'sessionId') ?? '', id, own].join(' ')
}

/**
 * Calls within the request that its own figures leave out: compactions of the conversation, and the
 * advice of another model (Anthropic's pages on compaction and the advisor, 2026).
 */
function extraCalls(main: LogRecord, usage: JsonObject): readonly LogRecord[] {
  const { iterations } = usage
  if (!Array.isArray(iterations) || iterations.length === 0) return NOTHING
  return iterations.flatMap((iteration: Json, index) => {
    if (!isObject(iteration)) return []
    const kind = textAt(iteration, 'type')
    if (kind !== 'compaction' && kind !== 'advisor_message') return []
    const counts = anthropicUsage(iteration)
    const model = textAt(iteration, 'model') ?? main.model
    return counts === null
      ? []
      : [{ ...main, id: `${main.id} ${index}`, answerId: null, model, usage: counts }]
  })
}

function isUsed({ usage }: LogRecord): boolean {
  return allTokens(usage) + usage.webSearches + usage.webFetches > 0
}

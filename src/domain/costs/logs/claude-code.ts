import { isObject, type Json, type JsonObject } from '../../json.ts'
import { allTokens } from '../counts.ts'
import type { Usage } from '../usage.ts'
import {
  ANTHROPIC_USAGE_FIELDS,
  anthropicCounts,
  anthropicTermsOf,
  innerCallId,
  innerCalls,
} from './anthropic-usage.ts'
import { fieldsReader, textOf, timeOf, type FieldValues } from './fields.ts'
import type { Answers, LineFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/** Error texts and the like, which Claude Code writes in the place of an answer. */
const SYNTHETIC = '<synthetic>'

/** As long as this an id is random, so unique; a gateway may give each answer the same short one. */
const UNIQUE_LENGTH = 20

const NOTHING: readonly LogRecord[] = []

const FIELDS = [
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
  'message.usage.iterations',
  ...ANTHROPIC_USAGE_FIELDS.map((field) => `message.usage.${field}`),
]
const USAGE = FIELDS.length - ANTHROPIC_USAGE_FIELDS.length
const fieldsOf = fieldsReader(FIELDS)

/**
 * `~/.claude/projects/…/SESSION.jsonl`. One answer is a line for each of its content blocks, all with
 * its whole usage; copies of it stand in resumed sessions and side branches.
 */
export const CLAUDE_CODE: LineFormat = {
  kind: 'lines',
  agent: 'claude-code',
  // Of "input_tokens" and "output_tokens". A text is found faster the longer it is and the rarer its
  // first character; quotes, which begin what is whole, are everywhere.
  marks: ['put_tokens":'],
  begins: '{"parentUuid":',
  list: {
    open: '"content":[',
    close: '],"stop_reason":',
    fields: FIELDS,
    // Without its input's count it may be no usage at all; the whole line tells.
    read: (values) => (values[USAGE] === undefined ? null : read(values)),
  },
  open: () => ({ read: readLine, state: () => ({}) }),
}

function readLine(line: JsonObject): Answers | null {
  const { type, message } = line
  const hasUsage = isObject(message) && isObject(message['usage'])
  if (!hasUsage) return typeof type === 'string' && type !== 'assistant' ? NOTHING : null
  return read(fieldsOf(line))
}

/** As named, by their places in FIELDS. */
interface Line {
  readonly requestId: string | null
  readonly requestRef: string | null
  readonly session: string | null
  readonly uuid: string | null
  readonly messageId: string | null
}

/** In the order of FIELDS. */
function read(values: FieldValues): Answers | null {
  const [type, isApiError] = [values[0], values[1]]
  if (typeof type === 'string' && type !== 'assistant') return NOTHING
  if (type !== 'assistant') return null
  if (isApiError === true || values[10] === SYNTHETIC) return NOTHING
  const main = recordOf(values)
  if (main === null) return null
  const extra = extraCalls(main, values[11])
  if (extra.length === 0) return isUsed(main) ? [main] : NOTHING
  return [main, ...extra].filter((answer) => answer === null || isUsed(answer))
}

function recordOf(values: FieldValues): LogRecord | null {
  const line: Line = {
    uuid: textOf(values[4]),
    session: textOf(values[6]),
    requestId: textOf(values[7]),
    requestRef: textOf(values[8]),
    messageId: textOf(values[9]),
  }
  const counts = anthropicCounts(values, USAGE)
  const atMs = timeOf(values[3])
  const id = counts === null ? null : idOf(line, counts)
  if (counts === null || atMs === null || id === null) return null
  return {
    agent: 'claude-code',
    id,
    answerId: id === line.messageId ? id : null,
    requestId: line.requestId,
    atMs,
    provider: null,
    model: textOf(values[10]),
    project: textOf(values[5]),
    session: line.session,
    isSidechain: values[2] === true,
    usage: counts,
    terms: anthropicTermsOf(values, USAGE),
    billing: 'unknown',
  }
}

/** A side branch repeats answers under other request ids, so a unique message id stands alone. */
function idOf(line: Line, counts: Usage): string | null {
  const { messageId } = line
  if (messageId === null) return line.uuid
  if (messageId.length >= UNIQUE_LENGTH) return messageId
  const own = line.requestId ?? line.requestRef ?? Object.values(counts).join('/')
  return [line.session ?? '', messageId, own].join(' ')
}

function extraCalls(main: LogRecord, iterations: Json | undefined): Answers {
  const calls = innerCalls(iterations)
  if (calls.length === 0) return NOTHING
  return calls.map((call) => {
    const { usage } = call
    if (usage === null) return null
    const id = `${main.id} ${call.index}`
    const model = call.model ?? main.model
    return { ...main, id, answerId: innerCallId(main.answerId, call), model, usage }
  })
}

function isUsed({ usage }: LogRecord): boolean {
  return allTokens(usage) + usage.webSearches + usage.webFetches > 0
}

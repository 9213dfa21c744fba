import { isObject, type JsonObject } from '../../json.ts'
import { STANDARD } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countsAt, objectAt, textAt, timeAt } from './fields.ts'
import type { DocumentFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/** A row of the table `message`; the columns of `OPENCODE_QUERY`. */
export interface OpencodeRow {
  readonly id: string
  readonly session_id: string
  readonly data: string
}

/** All rows changed since a time in ms, so that a repeat reads few. */
export const OPENCODE_QUERY =
  'SELECT id, session_id, time_updated, data FROM message WHERE time_updated >= ? ORDER BY time_updated'

/** Before its database: `storage/message/SESSION/MESSAGE.json`, a file each. */
export const OPENCODE_FILES: DocumentFormat = {
  kind: 'document',
  agent: 'opencode',
  read: (document, { stem }) =>
    read(document, textAt(document, 'id') ?? stem, textAt(document, 'sessionID')),
}

export function opencodeRecords({
  id,
  session_id: session,
  data,
}: OpencodeRow): readonly LogRecord[] {
  const message = parsed(data)
  return message === null ? [] : read(message, id, session)
}

function read(message: JsonObject, id: string, session: string | null): readonly LogRecord[] {
  const usage = usageOf(objectAt(message, 'tokens'))
  const time = objectAt(message, 'time')
  const atMs = timeAt(time, 'completed') ?? timeAt(time, 'created')
  if (message['role'] !== 'assistant' || usage === null || atMs === null) return []
  return [
    {
      agent: 'opencode',
      id,
      messageId: null,
      requestId: null,
      atMs,
      provider: textAt(message, 'providerID'),
      model: textAt(message, 'modelID'),
      project: textAt(objectAt(message, 'path'), 'cwd'),
      session,
      isSidechain: false,
      usage,
      terms: STANDARD,
      billing: 'unknown',
    },
  ]
}

/** Its classes exclude each other, reasoning and output too (seen in 1.18). Null: nothing was used. */
function usageOf(tokens: JsonObject): Usage | null {
  const counts = countsAt(tokens, ['input', 'output', 'reasoning'])
  const cache = countsAt(objectAt(tokens, 'cache'), ['read', 'write'])
  if (counts === null || cache === null) return null
  const sum = counts.input + counts.output + counts.reasoning + cache.read + cache.write
  if (sum === 0) return null
  return {
    input: counts.input,
    cacheRead: cache.read,
    cacheWrite5m: cache.write,
    cacheWrite1h: 0,
    output: counts.output + counts.reasoning,
    webSearches: 0,
    webFetches: 0,
  }
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

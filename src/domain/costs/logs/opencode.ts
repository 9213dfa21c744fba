import { isObject, parsedObject, type JsonObject } from '../../json.ts'
import { NO_USAGE, allTokens, isPlausible } from '../counts.ts'
import { STANDARD } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countAt, objectAt, saidCountAt, textAt, timeAt } from './fields.ts'
import { foundIn, type DocumentFormat, type TableFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/** `opencode.db`: a message a row; one that changes is changed in its place. */
export const OPENCODE: TableFormat = {
  agent: 'opencode',
  query:
    'SELECT id, session_id, time_updated, data FROM message WHERE time_updated >= ? ORDER BY time_updated',
  sinceOf: (ms) => ms,
  changedMs: (row) => timeAt(row, 'time_updated'),
  open: () => ({ read: readRow, state: () => ({}) }),
}

function readRow(row: JsonObject): readonly LogRecord[] | null {
  const [id, message] = [textAt(row, 'id'), parsedObject(textAt(row, 'data') ?? '')]
  return id === null || message === null ? null : read(message, id, textAt(row, 'session_id'))
}

/** Before its database: `storage/message/SESSION/MESSAGE.json`, a file each. */
export const OPENCODE_FILES: DocumentFormat = {
  kind: 'document',
  agent: 'opencode',
  read: (document, { stem }) =>
    foundIn([read(document, textAt(document, 'id') ?? stem, textAt(document, 'sessionID'))]),
}

function read(
  message: JsonObject,
  id: string,
  session: string | null,
): readonly LogRecord[] | null {
  const { role, tokens } = message
  if (role !== 'assistant' || !isObject(tokens)) return []
  const usage = usageOf(tokens)
  const time = objectAt(message, 'time')
  const atMs = timeAt(time, 'completed') ?? timeAt(time, 'created')
  if (usage === null || atMs === null) return null
  if (allTokens(usage) === 0) return []
  return [
    {
      agent: 'opencode',
      id,
      answerId: null,
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

/** Its classes exclude each other, reasoning and output too (seen in 1.18). Null: no such counts. */
function usageOf(tokens: JsonObject): Usage | null {
  const cache = objectAt(tokens, 'cache')
  const usage = {
    ...NO_USAGE,
    input: saidCountAt(tokens, 'input'),
    cacheRead: countAt(cache, 'read'),
    cacheWrite5m: countAt(cache, 'write'),
    output: saidCountAt(tokens, 'output') + countAt(tokens, 'reasoning'),
  }
  return isPlausible(usage) ? usage : null
}

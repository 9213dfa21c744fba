import { parsedObject, type JsonObject } from '../../json.ts'
import { NO_USAGE, allTokens, isPlausible } from '../counts.ts'
import type { Usage } from '../usage.ts'
import { saidCount, textAt, timeOf } from './fields.ts'
import type { TableFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/**
 * `sessions.db` keeps one sum a session, without a word on the cache: a record that grows, and that
 * has a price only where neither the prompt's length nor the cache changes it.
 */
export const GOOSE: TableFormat = {
  agent: 'goose',
  query:
    'SELECT id, working_dir, updated_at, accumulated_input_tokens, accumulated_output_tokens, ' +
    'provider_name, model_config_json FROM sessions WHERE updated_at >= ? ORDER BY updated_at',
  sinceOf: (ms) =>
    new Date(ms).toISOString().slice(0, 'YYYY-MM-DD HH:MM:SS'.length).replace('T', ' '),
  changedMs,
  read,
}

/** UTC, `YYYY-MM-DD HH:MM:SS`. */
function changedMs(row: JsonObject): number | null {
  return timeOf(`${textAt(row, 'updated_at')?.replace(' ', 'T')}Z`)
}

function read(row: JsonObject): readonly LogRecord[] | null {
  const usage = usageOf(row)
  const id = textAt(row, 'id')
  const atMs = changedMs(row)
  if (usage === null || id === null || atMs === null) return null
  if (allTokens(usage) === 0) return []
  const config = parsedObject(textAt(row, 'model_config_json') ?? '')
  return [
    {
      agent: 'goose',
      id,
      answerId: null,
      requestId: null,
      atMs,
      provider: textAt(row, 'provider_name'),
      model: config === null ? null : textAt(config, 'model_name'),
      project: textAt(row, 'working_dir'),
      session: id,
      isSidechain: false,
      usage,
      terms: { tier: 'standard', usOnly: false, summed: true },
      billing: 'unknown',
    },
  ]
}

/** Neither of the two is there before the first answer. Null: no such counts. */
function usageOf(row: JsonObject): Usage | null {
  const [input, output] = [row['accumulated_input_tokens'], row['accumulated_output_tokens']]
  if (input === null && output === null) return NO_USAGE
  const usage = { ...NO_USAGE, input: saidCount(input), output: saidCount(output) }
  return isPlausible(usage) ? usage : null
}

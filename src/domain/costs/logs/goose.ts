import { parsedObject, type JsonObject } from '../../json.ts'
import { NO_USAGE, allTokens, isPlausible } from '../counts.ts'
import { STANDARD } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { objectAt, saidCount, textAt, timeOf } from './fields.ts'
import type { TableFormat } from './format.ts'
import { isSummed, type LogRecord } from './record.ts'

/**
 * `sessions.db` keeps one sum a session, without a word on the cache. What was added since the last
 * reading is a record, with the model and the time that the session has then; it has a price only
 * where neither the prompt's length nor the cache changes it.
 */
export const GOOSE: TableFormat = {
  agent: 'goose',
  query:
    'SELECT id, working_dir, updated_at, accumulated_input_tokens, accumulated_output_tokens, ' +
    'provider_name, model_config_json FROM sessions WHERE updated_at >= ? ORDER BY updated_at',
  sinceOf: (ms) =>
    new Date(ms).toISOString().slice(0, 'YYYY-MM-DD HH:MM:SS'.length).replace('T', ' '),
  changedMs,
  open: (kept) => {
    const sums = sumsIn(kept)
    return {
      read: (row) => read(row, sums),
      state: () => ({ sums: Object.fromEntries(sums) }),
    }
  },
}

/** Of the input and the output, as last read, by session. */
type Sums = Map<string, readonly [input: number, output: number]>

function sumsIn(kept: JsonObject): Sums {
  const sums: Sums = new Map()
  for (const [id, sum] of Object.entries(objectAt(kept, 'sums'))) {
    const [input, output] = Array.isArray(sum) ? sum : []
    if (typeof input === 'number' && typeof output === 'number') sums.set(id, [input, output])
  }
  return sums
}

/** UTC, `YYYY-MM-DD HH:MM:SS`. */
function changedMs(row: JsonObject): number | null {
  return timeOf(`${textAt(row, 'updated_at')?.replace(' ', 'T')}Z`)
}

function read(row: JsonObject, sums: Sums): readonly LogRecord[] | null {
  const sum = usageOf(row)
  const id = textAt(row, 'id')
  const atMs = changedMs(row)
  if (sum === null || id === null || atMs === null) return null
  const usage = addedTo(sums.get(id), sum)
  if (allTokens(usage) === 0) return []
  sums.set(id, [sum.input, sum.output])
  const config = parsedObject(textAt(row, 'model_config_json') ?? '')
  return [
    {
      agent: 'goose',
      id: `${id} ${sum.input}/${sum.output}`,
      answerId: null,
      requestId: null,
      atMs,
      provider: textAt(row, 'provider_name'),
      model: config === null ? null : textAt(config, 'model_name'),
      project: textAt(row, 'working_dir'),
      session: id,
      isSidechain: false,
      usage,
      terms: { ...STANDARD, summed: isSummed('goose') },
      billing: 'unknown',
    },
  ]
}

/** A smaller sum was begun anew, as under the id of a session that was removed. */
function addedTo([input, output]: readonly [number, number] = [0, 0], sum: Usage): Usage {
  const isAnew = sum.input < input || sum.output < output
  return isAnew ? sum : { ...sum, input: sum.input - input, output: sum.output - output }
}

/** Neither of the two is there before the first answer. Null: no such counts. */
function usageOf(row: JsonObject): Usage | null {
  const [input, output] = [row['accumulated_input_tokens'], row['accumulated_output_tokens']]
  if (input === null && output === null) return NO_USAGE
  const usage = { ...NO_USAGE, input: saidCount(input), output: saidCount(output) }
  return isPlausible(usage) ? usage : null
}

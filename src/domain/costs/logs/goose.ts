import { isObject } from '../../json.ts'
import type { Usage } from '../usage.ts'
import { textAt } from './fields.ts'
import type { LogRecord } from './record.ts'

/** A row of the table `sessions`; the columns of `GOOSE_QUERY`. */
export interface GooseRow {
  readonly id: string
  readonly working_dir: string | null
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly updated_at: string
  readonly accumulated_input_tokens: number | null
  readonly accumulated_output_tokens: number | null
  readonly provider_name: string | null
  readonly model_config_json: string | null
}

export const GOOSE_QUERY =
  'SELECT id, working_dir, updated_at, accumulated_input_tokens, accumulated_output_tokens, ' +
  'provider_name, model_config_json FROM sessions WHERE updated_at >= ? ORDER BY updated_at'

/**
 * goose keeps one sum a session, without a word on the cache: a record that grows, and that has a
 * price only where neither the prompt's length nor the cache changes it.
 */
export function gooseRecords(row: GooseRow): readonly LogRecord[] {
  const usage = usageOf(row)
  const atMs = Date.parse(`${row.updated_at.replace(' ', 'T')}Z`)
  if (usage === null || Number.isNaN(atMs)) return []
  return [
    {
      agent: 'goose',
      id: row.id,
      messageId: null,
      requestId: null,
      atMs,
      provider: row.provider_name,
      model: modelOf(row.model_config_json),
      project: row.working_dir,
      session: row.id,
      isSidechain: false,
      usage,
      terms: { tier: 'standard', usOnly: false, summed: true },
      billing: 'unknown',
    },
  ]
}

function usageOf(row: GooseRow): Usage | null {
  const [input, output] = [row.accumulated_input_tokens ?? 0, row.accumulated_output_tokens ?? 0]
  if (input < 0 || output < 0 || input + output === 0) return null
  return {
    input,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    webSearches: 0,
    webFetches: 0,
  }
}

function modelOf(config: string | null): string | null {
  try {
    const value: unknown = JSON.parse(config ?? '')
    return isObject(value) ? textAt(value, 'model_name') : null
  } catch {
    return null
  }
}

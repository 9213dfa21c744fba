import { Option } from 'commander'
import { LlmselError } from '../domain/errors.ts'
import { parseIsoDate } from '../domain/models/dates.ts'
import type { IsoDate } from '../domain/models/model.ts'

/** `--as-of DATE`: the catalogue as it stood on a day. */
export function asOfOption(): Option {
  return new Option('--as-of <date>', 'the catalogue as of a day, YYYY-MM-DD').argParser(asDate)
}

function asDate(text: string): IsoDate {
  const date = parseIsoDate(text)
  if (date === null) {
    throw new LlmselError('usage', `--as-of: "${text}" is not a day`, { hint: 'write 2025-11-01' })
  }
  return date
}

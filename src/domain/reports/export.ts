import type { Entry } from '../ledger/merge.ts'
import { csvField, usd } from './spent-report.ts'

export const EXPORT_FORMATS = ['csv', 'json', 'ndjson'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

type Value = string | number | boolean | null

/** Times in ISO 8601, money as an exact decimal string, unknown null. */
const FIELDS: readonly (readonly [string, (entry: Entry) => Value])[] = [
  ['startedAt', ({ startedAtMs }) => timeText(startedAtMs)],
  ['endedAt', ({ endedAtMs }) => timeText(endedAtMs)],
  ['id', ({ id }) => id],
  ['requestId', ({ requestId }) => requestId],
  ['answerId', ({ answerId }) => answerId],
  ['source', ({ source }) => source],
  ['machine', ({ machine }) => machine],
  ['session', ({ session }) => session],
  ['profile', ({ profile }) => profile],
  ['project', ({ project }) => project],
  ['kind', ({ kind }) => kind],
  ['provider', ({ provider }) => provider],
  ['model', ({ model }) => model],
  ['modelAsked', ({ modelAsked }) => modelAsked],
  ['hop', ({ hop }) => hop],
  ['movedBy', ({ movedBy }) => movedBy],
  ['dialect', ({ dialect }) => dialect],
  ['streaming', ({ streaming }) => streaming],
  ['firstTokenMs', ({ firstTokenMs }) => firstTokenMs],
  ['outcome', ({ outcome }) => outcome],
  ['mark', ({ mark }) => mark],
  ['input', ({ usage }) => usage?.input ?? null],
  ['cacheRead', ({ usage }) => usage?.cacheRead ?? null],
  ['cacheWrite5m', ({ usage }) => usage?.cacheWrite5m ?? null],
  ['cacheWrite1h', ({ usage }) => usage?.cacheWrite1h ?? null],
  ['output', ({ usage }) => usage?.output ?? null],
  ['webSearches', ({ usage }) => usage?.webSearches ?? null],
  ['webFetches', ({ usage }) => usage?.webFetches ?? null],
  ['usd', ({ picoUsd }) => (picoUsd === null ? null : usd(picoUsd))],
]

/** An export is its head, the entries with `between` among them, and its tail. */
export interface ExportText {
  readonly head: string
  readonly between: string
  readonly tail: string
  readonly entry: (entry: Entry) => string
}

const TEXTS: Readonly<Record<ExportFormat, ExportText>> = {
  csv: {
    head: `${FIELDS.map(([name]) => name).join(',')}\n`,
    between: '',
    tail: '',
    entry: (entry) =>
      `${FIELDS.map(([, read]) => csvField(String(read(entry) ?? ''))).join(',')}\n`,
  },
  json: { head: '[', between: ',', tail: '\n]\n', entry: (entry) => `\n${json(entry)}` },
  ndjson: { head: '', between: '', tail: '', entry: (entry) => `${json(entry)}\n` },
}

export function exportText(format: ExportFormat): ExportText {
  return TEXTS[format]
}

function json(entry: Entry): string {
  return JSON.stringify(Object.fromEntries(FIELDS.map(([name, read]) => [name, read(entry)])))
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

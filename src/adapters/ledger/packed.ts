import type { Usage } from '../../domain/costs/usage.ts'
import type { Attempt } from '../../domain/ledger/attempt.ts'

type Fields = Omit<Attempt, 'usage'>
type Counts = { readonly [Name in keyof Usage]: number | null }
type Columns<T> = { readonly [Name in keyof T]: Column<T[Name]> }

/** Attempts by column: to copy so many objects to a thread costs as much as it did to read them. */
export interface Packed {
  readonly count: number
  readonly fields: Columns<Fields>
  /** All of a row are null where nothing is known. */
  readonly counts: Columns<Counts>
}

/** Equal values that follow each other are one. */
interface Column<T> {
  readonly values: T[]
  /** Before which row each ends. */
  readonly ends: number[]
}

const FIELDS = [
  'id',
  'requestId',
  'source',
  'session',
  'profile',
  'project',
  'kind',
  'provider',
  'model',
  'modelAsked',
  'hop',
  'movedBy',
  'dialect',
  'streaming',
  'startedAtMs',
  'endedAtMs',
  'firstTokenMs',
  'outcome',
  'mark',
  'picoUsd',
  'answerId',
] as const satisfies readonly (keyof Fields)[]
const COUNTS = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'webSearches',
  'webFetches',
] as const satisfies readonly (keyof Counts)[]

export function pack(attempts: readonly Attempt[]): Packed {
  const fields = columns<Fields>(FIELDS)
  const counts = columns<Counts>(COUNTS)
  for (const [row, attempt] of attempts.entries()) {
    addFields(fields, attempt, row)
    addCounts(counts, attempt.usage, row)
  }
  return { count: attempts.length, fields, counts }
}

function columns<T>(names: readonly (keyof T)[]): Columns<T> {
  const entries = names.map((name): [PropertyKey, Column<unknown>] => [
    name,
    { values: [], ends: [] },
  ])
  // Each name has its column.
  return Object.fromEntries(entries) as Columns<T>
}

function addFields(to: Columns<Fields>, attempt: Attempt, row: number): void {
  add(to.id, attempt.id, row)
  add(to.requestId, attempt.requestId, row)
  add(to.source, attempt.source, row)
  add(to.session, attempt.session, row)
  add(to.profile, attempt.profile, row)
  add(to.project, attempt.project, row)
  add(to.kind, attempt.kind, row)
  add(to.provider, attempt.provider, row)
  add(to.model, attempt.model, row)
  add(to.modelAsked, attempt.modelAsked, row)
  add(to.hop, attempt.hop, row)
  add(to.movedBy, attempt.movedBy, row)
  add(to.dialect, attempt.dialect, row)
  add(to.streaming, attempt.streaming, row)
  add(to.startedAtMs, attempt.startedAtMs, row)
  add(to.endedAtMs, attempt.endedAtMs, row)
  add(to.firstTokenMs, attempt.firstTokenMs, row)
  add(to.outcome, attempt.outcome, row)
  add(to.mark, attempt.mark, row)
  add(to.picoUsd, attempt.picoUsd, row)
  add(to.answerId, attempt.answerId, row)
}

function addCounts(to: Columns<Counts>, usage: Usage | null, row: number): void {
  add(to.input, usage === null ? null : usage.input, row)
  add(to.cacheRead, usage === null ? null : usage.cacheRead, row)
  add(to.cacheWrite5m, usage === null ? null : usage.cacheWrite5m, row)
  add(to.cacheWrite1h, usage === null ? null : usage.cacheWrite1h, row)
  add(to.output, usage === null ? null : usage.output, row)
  add(to.webSearches, usage === null ? null : usage.webSearches, row)
  add(to.webFetches, usage === null ? null : usage.webFetches, row)
}

function add<T>({ values, ends }: Column<T>, value: T, row: number): void {
  if (row > 0 && values[values.length - 1] === value) ends[ends.length - 1] = row + 1
  else {
    values.push(value)
    ends.push(row + 1)
  }
}

/** What was packed. */
export function unpack({ count, fields, counts }: Packed): Attempt[] {
  const read = readersOf<Fields>(fields)
  const usageOf = usageReader(counts)
  // Each field in its place at once, since V8 is slow with objects that grow.
  return Array.from({ length: count }, (_, row) => ({
    id: read.id(row),
    requestId: read.requestId(row),
    source: read.source(row),
    session: read.session(row),
    profile: read.profile(row),
    project: read.project(row),
    kind: read.kind(row),
    provider: read.provider(row),
    model: read.model(row),
    modelAsked: read.modelAsked(row),
    hop: read.hop(row),
    movedBy: read.movedBy(row),
    dialect: read.dialect(row),
    streaming: read.streaming(row),
    startedAtMs: read.startedAtMs(row),
    endedAtMs: read.endedAtMs(row),
    firstTokenMs: read.firstTokenMs(row),
    outcome: read.outcome(row),
    mark: read.mark(row),
    picoUsd: read.picoUsd(row),
    answerId: read.answerId(row),
    usage: usageOf(row),
  }))
}

function usageReader(counts: Packed['counts']): (row: number) => Usage | null {
  const read = readersOf<Counts>(counts)
  return (row) => {
    const input = read.input(row)
    if (input === null) return null
    return {
      input,
      cacheRead: read.cacheRead(row) ?? 0,
      cacheWrite5m: read.cacheWrite5m(row) ?? 0,
      cacheWrite1h: read.cacheWrite1h(row) ?? 0,
      output: read.output(row) ?? 0,
      webSearches: read.webSearches(row) ?? 0,
      webFetches: read.webFetches(row) ?? 0,
    }
  }
}

type Readers<T> = { readonly [Name in keyof T]: (row: number) => T[Name] }

function readersOf<T>(from: Columns<T>): Readers<T> {
  const entries = Object.entries<Column<unknown>>(from)
  // Each name has its reader.
  return Object.fromEntries(entries.map(([name, column]) => [name, reader(column)])) as Readers<T>
}

/** Rows are asked for in their order. */
function reader<T>({ values, ends }: Column<T>): (row: number) => T {
  let run = 0
  return (row) => {
    while (row >= (ends[run] ?? Number.POSITIVE_INFINITY)) run += 1
    // Each row is in a run.
    return values[run] as T
  }
}

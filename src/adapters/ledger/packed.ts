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
  readonly values: readonly T[]
  /** Before which row each ends. */
  readonly ends: readonly number[]
}

export function pack(attempts: readonly Attempt[]): Packed {
  const column = <T>(valueOf: (attempt: Attempt) => T) => columnOf(attempts, valueOf)
  return {
    count: attempts.length,
    fields: {
      id: column(({ id }) => id),
      requestId: column(({ requestId }) => requestId),
      source: column(({ source }) => source),
      session: column(({ session }) => session),
      profile: column(({ profile }) => profile),
      project: column(({ project }) => project),
      kind: column(({ kind }) => kind),
      provider: column(({ provider }) => provider),
      model: column(({ model }) => model),
      modelAsked: column(({ modelAsked }) => modelAsked),
      hop: column(({ hop }) => hop),
      movedBy: column(({ movedBy }) => movedBy),
      dialect: column(({ dialect }) => dialect),
      streaming: column(({ streaming }) => streaming),
      startedAtMs: column(({ startedAtMs }) => startedAtMs),
      endedAtMs: column(({ endedAtMs }) => endedAtMs),
      firstTokenMs: column(({ firstTokenMs }) => firstTokenMs),
      outcome: column(({ outcome }) => outcome),
      mark: column(({ mark }) => mark),
      picoUsd: column(({ picoUsd }) => picoUsd),
      answerId: column(({ answerId }) => answerId),
    },
    counts: {
      input: column(({ usage }) => usage?.input ?? null),
      cacheRead: column(({ usage }) => usage?.cacheRead ?? null),
      cacheWrite5m: column(({ usage }) => usage?.cacheWrite5m ?? null),
      cacheWrite1h: column(({ usage }) => usage?.cacheWrite1h ?? null),
      output: column(({ usage }) => usage?.output ?? null),
      webSearches: column(({ usage }) => usage?.webSearches ?? null),
      webFetches: column(({ usage }) => usage?.webFetches ?? null),
    },
  }
}

function columnOf<T>(attempts: readonly Attempt[], valueOf: (attempt: Attempt) => T): Column<T> {
  const [values, ends]: [T[], number[]] = [[], []]
  let row = 0
  let last: T | undefined
  for (const attempt of attempts) {
    const value = valueOf(attempt)
    row += 1
    if (row > 1 && value === last) ends[ends.length - 1] = row
    else {
      values.push(value)
      ends.push(row)
    }
    last = value
  }
  return { values, ends }
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

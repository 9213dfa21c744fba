import type { LogRecord } from '../../domain/costs/logs/record.ts'

type Fields = Omit<LogRecord, 'usage' | 'terms'>
type Columns<T> = { readonly [Name in keyof T]: Column<T[Name]> }

/** Records by column: to copy so many objects to a thread costs as much as it did to read them. */
export interface Packed {
  readonly count: number
  readonly fields: Columns<Fields>
  readonly usage: Columns<LogRecord['usage']>
  readonly terms: Columns<LogRecord['terms']>
}

/** Equal values that follow each other are one. */
interface Column<T> {
  readonly values: readonly T[]
  /** Before which row each ends. */
  readonly ends: readonly number[]
}

export function pack(records: readonly LogRecord[]): Packed {
  const column = <T>(valueOf: (record: LogRecord) => T) => columnOf(records, valueOf)
  return {
    count: records.length,
    fields: {
      agent: column(({ agent }) => agent),
      id: column(({ id }) => id),
      answerId: column(({ answerId }) => answerId),
      requestId: column(({ requestId }) => requestId),
      atMs: column(({ atMs }) => atMs),
      provider: column(({ provider }) => provider),
      model: column(({ model }) => model),
      project: column(({ project }) => project),
      session: column(({ session }) => session),
      isSidechain: column(({ isSidechain }) => isSidechain),
      billing: column(({ billing }) => billing),
    },
    usage: {
      input: column(({ usage }) => usage.input),
      cacheRead: column(({ usage }) => usage.cacheRead),
      cacheWrite5m: column(({ usage }) => usage.cacheWrite5m),
      cacheWrite1h: column(({ usage }) => usage.cacheWrite1h),
      output: column(({ usage }) => usage.output),
      webSearches: column(({ usage }) => usage.webSearches),
      webFetches: column(({ usage }) => usage.webFetches),
    },
    terms: {
      tier: column(({ terms }) => terms.tier),
      usOnly: column(({ terms }) => terms.usOnly),
      summed: column(({ terms }) => terms.summed),
    },
  }
}

function columnOf<T>(records: readonly LogRecord[], valueOf: (record: LogRecord) => T): Column<T> {
  const [values, ends]: [T[], number[]] = [[], []]
  let row = 0
  let last: T | undefined
  for (const record of records) {
    const value = valueOf(record)
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
export function unpack({ count, fields, usage, terms }: Packed): LogRecord[] {
  const field = readersOf<Fields>(fields)
  const used = readersOf<LogRecord['usage']>(usage)
  const term = readersOf<LogRecord['terms']>(terms)
  // Each field in its place at once, since V8 is slow with objects that grow.
  return Array.from({ length: count }, (_, row) => ({
    agent: field.agent(row),
    id: field.id(row),
    answerId: field.answerId(row),
    requestId: field.requestId(row),
    atMs: field.atMs(row),
    provider: field.provider(row),
    model: field.model(row),
    project: field.project(row),
    session: field.session(row),
    isSidechain: field.isSidechain(row),
    billing: field.billing(row),
    usage: {
      input: used.input(row),
      cacheRead: used.cacheRead(row),
      cacheWrite5m: used.cacheWrite5m(row),
      cacheWrite1h: used.cacheWrite1h(row),
      output: used.output(row),
      webSearches: used.webSearches(row),
      webFetches: used.webFetches(row),
    },
    terms: { tier: term.tier(row), usOnly: term.usOnly(row), summed: term.summed(row) },
  }))
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

import { GATEWAY } from '../../domain/ledger/attempt.ts'
import {
  identityOf,
  merge,
  signatureOf,
  type Change,
  type Entry,
  type Kept,
} from '../../domain/ledger/merge.ts'
import { rollupChanges, type RollupChange } from '../../domain/ledger/rollup.ts'
import { marks, type Database, type Value } from './database.ts'
import type { Dims } from './dims.ts'
import { SUMS, totalsRow } from './totals.ts'
import { COLUMNS, ENTRY_VALUES, entryOf, valuesOf } from './entries.ts'
import { DAY_MS } from '../../domain/ledger/spans.ts'
import { catchUp, noteOwn } from './own-keys.ts'

/**
 * Rows in one statement; more make no difference, and PostgreSQL takes 65,535 values. Few sizes, since
 * each statement that is kept prepared takes up to a megabyte.
 */
const ROWS = [200, 40, 8, 1]
/** For PostgreSQL. What is missing is filled up with the last one. */
const IDS = [8, 80, 1000]

/** What became of the attempts that were given. */
export interface PutResult {
  readonly added: number
  /** An entry was there, and has changed. */
  readonly changed: number
}

/**
 * Within a transaction. The entries and all sums that they are in change together; what is there
 * already changes nothing.
 */
export async function putEntries(
  database: Database,
  dims: Dims,
  entries: readonly Entry[],
): Promise<PutResult> {
  const changes = merge(entries, await keptFor(database, dims, entries))
  const dimsOf = await dims.numbersOf(entriesIn(changes))
  await writeEntries(database, changes, dimsOf)
  await writeRollups(database, rollupChanges(changes, dimsOf))
  const added = changes.filter(({ before }) => before === null).length
  const changed = changes.filter(({ before, after }) => isBetter(before, after)).length
  return { added, changed }
}

function* entriesIn(changes: readonly Change[]): Generator<Entry> {
  for (const { before, after } of changes) {
    if (before !== null) yield before
    if (after !== null) yield after
  }
}

/** To have found its twin makes an entry no better. */
function isBetter(before: Entry | null, after: Entry | null): boolean {
  return before !== null && after !== null && before.twin === after.twin
}

const NONE: ReadonlySet<never> = new Set()

async function keptFor(database: Database, dims: Dims, entries: readonly Entry[]): Promise<Kept> {
  const ids = new Set<string>()
  const answers = new Set<string>()
  const [ownSignatures, signatures] = [new Set<number>(), new Set<number>()]
  const { hasImported, hasOwn } = await dims.sources()
  let [first, last] = [Number.MAX_SAFE_INTEGER, 0]
  for (const entry of entries) {
    const isOwn = entry.source === GATEWAY
    ids.add(identityOf(entry))
    if (entry.answerId !== null && (hasImported || !isOwn))
      (isOwn ? ids : answers).add(entry.answerId)
    const signature = signatureOf(entry)
    if (signature !== null) (isOwn ? ownSignatures : signatures).add(-signature)
    first = Math.min(first, entry.startedAtMs)
    last = Math.max(last, entry.startedAtMs)
  }
  const forOwn = hasOwn ? { answers, signatures } : { answers: NONE, signatures: NONE }
  if (forOwn.answers.size + forOwn.signatures.size > 0) await catchUp(database)
  // Values, as a new text would be a new statement each time: prepared, and kept.
  const before = [first - DAY_MS, last + DAY_MS]
  const about = 'started_at > ? and started_at < ?'
  const own = 'id in (select id from own_'
  const find = async (values: Iterable<Value>, place: Place) =>
    await findEntries(database, dims, { before: [], end: '', ...place, values: [...values] })
  return {
    byId: await find(ids, { condition: 'id in' }),
    byAnswerId: await find(forOwn.answers, {
      condition: `${own}answers where answer_id in`,
      end: ')',
    }),
    byTwin: await find(hasOwn ? namelessIn(entries) : [], { condition: 'twin in' }),
    bySignature: [
      ...(await find(forOwn.signatures, {
        condition: `${own}signatures where ${about} and signature in`,
        before,
        end: ')',
      })),
      ...(await find(hasImported ? ownSignatures : [], {
        condition: `${about} and signature < 0 and signature in`,
        before,
      })),
    ],
  }
}

/** The ids of those whose log has none of answers. */
function namelessIn(entries: readonly Entry[]): string[] {
  const nameless = entries.filter(({ source, answerId }) => source !== GATEWAY && answerId === null)
  return nameless.map(({ id }) => id)
}

interface Place {
  /** Up to its list. */
  readonly condition: string
  /** Of its marks before the list. */
  readonly before?: readonly Value[]
  /** What follows the list. */
  readonly end?: string
}

interface Wanted extends Required<Place> {
  /** The list: cut into several where it is long. */
  readonly values: readonly Value[]
}

async function findEntries(
  database: Database,
  dims: Dims,
  { condition, before, end, values }: Wanted,
): Promise<Entry[]> {
  const found: Entry[] = []
  for (const { list, bound } of listsFor(database, values)) {
    const rows = await database.all(
      `select ${ENTRY_VALUES} from attempts where ${condition} (${list})${end}`,
      [...before, ...bound],
    )
    if (rows.length > 0) await dims.load()
    for (const row of rows) found.push(entryOf(row, dims.get(Number(row[2]))))
  }
  return found
}

async function writeEntries(
  database: Database,
  changes: readonly Change[],
  dimsOf: (entry: Entry) => number,
): Promise<void> {
  const gone = changes.flatMap(({ before }) => (before === null ? [] : identityOf(before)))
  for (const { list, bound } of listsFor(database, gone))
    await database.run(`delete from attempts where id in (${list})`, bound)
  const entries = changes.flatMap(({ after }) => after ?? [])
  await noteOwn(database, entries)
  for (const some of chunks(entries)) {
    const { columns, marked, values } = inserted(
      some.map((entry) => valuesOf(entry, dimsOf(entry))),
    )
    await database.run(`insert into attempts (${columns}) values ${marked}`, values)
  }
}

/** Each value costs as much as reading it from a log did, so one that all rows have comes once. */
function inserted(table: readonly (readonly Value[])[]) {
  const [shared, own]: [number[], number[]] = [[], []]
  for (const column of COLUMNS.keys()) {
    const value = table[0]?.[column]
    if (table.some((row) => row[column] !== value)) own.push(column)
    else if (value !== null) shared.push(column)
  }
  const values: Value[] = shared.map((column) => table[0]?.[column] ?? null)
  for (const row of table) for (const column of own) values.push(row[column] ?? null)
  const row = `(${[...shared.map((_, index) => `?${index + 1}`), ...own.map(() => '?')].join()})`
  return {
    columns: [...shared, ...own].map((column) => COLUMNS[column]).join(),
    marked: Array.from(table, () => row).join(),
    values,
  }
}

/**
 * Beyond 64 bits SQLite would go on with a fraction, which nothing reads as money: it then gets a null,
 * which the table refuses. PostgreSQL refuses by itself.
 */
function addToSums(engine: Database['engine']): string {
  return SUMS.map((name) => {
    const sum = `rollups.${name} + excluded.${name}`
    return engine === 'sqlite' && name === 'pico_usd'
      ? `${name} = case typeof(${sum}) when 'integer' then ${sum} end`
      : `${name} = ${sum}`
  }).join(', ')
}

const ADD_TO_SUMS = { sqlite: addToSums('sqlite'), postgres: addToSums('postgres') }

async function writeRollups(database: Database, changes: readonly RollupChange[]): Promise<void> {
  for (const some of chunks(changes)) {
    await database.run(
      `insert into rollups (span, bucket, dims, mark, ${SUMS.join(', ')})
       values ${rows(some.length, SUMS.length + 4)}
       on conflict (span, bucket, dims, mark) do update set ${ADD_TO_SUMS[database.engine]}`,
      some.flatMap(({ span, bucket, dims, mark, totals }) => [
        span,
        bucket,
        dims,
        mark,
        ...totalsRow(totals),
      ]),
    )
  }
}

function rows(count: number, width: number): string {
  const row = `(${marks(width)})`
  return Array.from({ length: count }, () => row).join(',')
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length;) {
    const left = items.length - start
    const size = ROWS.find((rows) => rows <= left) ?? left
    yield items.slice(start, start + size)
    start += size
  }
}

interface List {
  /** SQL. */
  readonly list: string
  readonly bound: readonly Value[]
}

/** SQLite takes one text in less time than the values of it, each of which is a call or several. */
function* listsFor(database: Database, values: readonly Value[]): Generator<List> {
  if (database.engine === 'postgres')
    for (const some of lists(values)) yield { list: marks(some.length), bound: some }
  else if (values.length > 0)
    yield { list: 'select value from json_each(?)', bound: [JSON.stringify(values)] }
}

function* lists(values: readonly Value[]): Generator<readonly Value[]> {
  const most = Math.max(...IDS)
  for (let start = 0; start < values.length; start += most) {
    const some = values.slice(start, start + most)
    const size = IDS.find((ids) => ids >= some.length) ?? most
    const last = some.at(-1) ?? null
    yield [...some, ...Array.from({ length: size - some.length }, () => last)]
  }
}

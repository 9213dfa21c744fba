import { GATEWAY, type Kind } from '../../domain/ledger/attempt.ts'
import type { Where } from '../../domain/ledger/ledger.ts'
import { dimensionsKey, type Dimensions } from '../../domain/ledger/rollup.ts'
import { marks, type Database, type Row } from './database.ts'

const COLUMNS = 'provider, model, source, kind, session, profile, project, machine'

/** What a report tells apart, each combination under a number. There are few, so all are kept here. */
export interface Dims {
  /** Reads those that others have added. */
  load(): Promise<void>
  get(id: number): Dimensions
  /** Within a transaction: adds what is missing, and tells the number of each of them. */
  numbersOf(wanted: Iterable<Dimensions>): Promise<(dimensions: Dimensions) => number>
  /** After a transaction that was undone: what it added is no longer there. */
  forget(): void
  matching(where: Where): number[]
  /** Whether anything of a log was ever kept, by anybody, and of a gateway. */
  sources(): Promise<{ readonly hasImported: boolean; readonly hasOwn: boolean }>
}

export function openDims(database: Database): Dims {
  const byId = new Map<number, Dimensions>()
  const ids = new Map<string, number>()
  let newest = 0
  const keep = (row: Row) => {
    const id = Number(row[0])
    const dimensions = dimensionsOf(row)
    newest = Math.max(newest, id)
    byId.set(id, dimensions)
    ids.set(dimensionsKey(dimensions), id)
  }
  const load = async () => {
    const rows = await database.all(`select id, ${COLUMNS} from dims where id > ?`, [newest])
    for (const row of rows) keep(row)
  }
  const insert = async (dimensions: Dimensions) => {
    const values = valuesOf(dimensions)
    const [row] = await database.all(
      `insert into dims (id, ${COLUMNS})
       select coalesce(max(id), 0) + 1, ${marks(values.length)} from dims
       returning id, ${COLUMNS}`,
      values,
    )
    if (row !== undefined) keep(row)
  }
  return {
    load,
    get: (id) => {
      const found = byId.get(id)
      if (found === undefined) throw new Error(`the ledger has no dimensions ${id}`)
      return found
    },
    numbersOf: async (wanted) => {
      let isLoaded = false
      let last: Dimensions | null = null
      for (const dimensions of wanted) {
        if (last !== null && isSame(last, dimensions)) continue
        last = dimensions
        const key = dimensionsKey(dimensions)
        if (!ids.has(key) && !isLoaded) {
          await load()
          isLoaded = true
        }
        if (!ids.has(key)) await insert(dimensions)
      }
      return lookUp(ids)
    },
    forget: () => {
      newest = 0
      byId.clear()
      ids.clear()
    },
    matching: (where) =>
      [...byId].filter(([, dimensions]) => fits(dimensions, where)).map(([id]) => id),
    sources: async () => {
      await load()
      return sourcesOf([...byId.values()])
    },
  }
}

function sourcesOf(kept: readonly Dimensions[]) {
  const owns = kept.filter(({ source }) => source === GATEWAY).length
  return { hasImported: owns < kept.length, hasOwn: owns > 0 }
}

/** Many of a batch have those of the one before, and to make the key of each costs more. */
function lookUp(ids: ReadonlyMap<string, number>): (dimensions: Dimensions) => number {
  let [last, number]: [Dimensions | null, number] = [null, 0]
  return (dimensions) => {
    if (last !== null && isSame(last, dimensions)) return number
    last = dimensions
    number = ids.get(dimensionsKey(dimensions)) ?? 0
    return number
  }
}

function isSame(a: Dimensions, b: Dimensions): boolean {
  return (
    a.provider === b.provider &&
    a.model === b.model &&
    a.session === b.session &&
    a.profile === b.profile &&
    a.project === b.project &&
    a.source === b.source &&
    a.kind === b.kind &&
    a.machine === b.machine
  )
}

/** A name that is null is kept as an empty text, since nulls are not equal to each other. */
function valuesOf(dimensions: Dimensions): string[] {
  const { provider, model, source, kind, session, profile, project, machine } = dimensions
  return [provider, model, source, kind, session ?? '', profile ?? '', project ?? '', machine]
}

function dimensionsOf(row: Row): Dimensions {
  const [provider, model, source, kind, session, profile, project, machine] = row
    .slice(1)
    .map(String)
  return {
    provider: provider ?? '',
    model: model ?? '',
    source: source ?? '',
    kind: kind as Kind,
    session: session || null,
    profile: profile || null,
    project: project || null,
    machine: machine ?? '',
  }
}

function fits(dimensions: Dimensions, where: Where): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    // Each name of the one is a name of the other.
    const value = dimensions[name as keyof Dimensions]
    return value === wanted || (Array.isArray(wanted) && wanted.includes(value))
  })
}

/** Null: nothing kept is like that. */
export function dimsCondition(dims: Dims, where: Where): string | null {
  if (Object.keys(where).length === 0) return ''
  const ids = dims.matching(where)
  return ids.length === 0 ? null : `and dims in (${ids.join(',')})`
}

/** Integers above 2^53 are read as text: the queries cast them. */
export type Value = string | number | bigint | null

/** In the order of the columns. */
export type Row = readonly Value[]

/** SQL that both engines understand, with `?` for values, or `?1` for one that comes again. */
export interface Database {
  readonly engine: 'sqlite' | 'postgres'
  all(sql: string, values?: readonly Value[]): Promise<Row[]>
  run(sql: string, values?: readonly Value[]): Promise<void>
  /** One at a time among all who write, on any machine; undone where the work throws. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** All that is read in it is of one moment, whatever others write meanwhile. */
  snapshot<T>(work: () => Promise<T>): Promise<T>
  /** By the clock that all who share it share. */
  nowMs(): Promise<number>
  close(): Promise<void>
}

interface Within {
  readonly run: Database['run']
  readonly begin: string
  readonly rollBack: () => Promise<void>
}

/** Committed once the work is done. */
export async function within<T>(
  { run, begin, rollBack }: Within,
  work: () => Promise<T>,
): Promise<T> {
  await run(begin)
  try {
    const result = await work()
    await run('commit')
    return result
  } catch (cause) {
    await rollBack()
    throw cause
  }
}

export function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(',')
}

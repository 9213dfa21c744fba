import type { LedgerReader } from '../../domain/ledger/ledger.ts'
import type { Cursor, Page } from './read.ts'
import type { Service } from './service.ts'

type Pages = Pick<Service, 'spent' | 'attempts' | 'moved' | 'metered'>

/** Reads page by page, so that neither the whole nor a lock is held meanwhile. */
export function readerOf(source: Pages, close: () => Promise<void>): LedgerReader {
  return {
    spent: async (query) => await source.spent(query),
    attempts: (query) => all(async (after) => await source.attempts(query, after)),
    moved: async (query) => await source.moved(query),
    metered: (query) => all(async (after) => await source.metered(query, after)),
    close,
  }
}

async function* all<T>(
  read: (after: Cursor | null) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  for (let after: Cursor | null = null; ;) {
    const { rows, next }: Page<T> = await read(after)
    if (rows.length > 0) yield rows
    if (next === null) return
    after = next
  }
}

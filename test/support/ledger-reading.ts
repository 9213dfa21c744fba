import type { Store } from '../../src/adapters/ledger/store.ts'
import type { Spent } from '../../src/domain/ledger/ledger.ts'
import type { Entry } from '../../src/domain/ledger/merge.ts'

/** Page by page. */
export async function everything(store: Store): Promise<Entry[]> {
  const query = { range: null, where: {} }
  const found: Entry[] = []
  let page = await store.attempts(query, null)
  for (;;) {
    found.push(...page.rows)
    if (page.next === null) return found
    page = await store.attempts(query, page.next)
  }
}

export function attemptsIn(spent: readonly Spent[]): number {
  return spent.reduce((sum, { totals }) => sum + totals.attempts, 0)
}

/** Attempts, input, pico-dollars: by mark, or by what `key` says. */
export function sums(
  spent: readonly Spent[],
  key: (row: Spent) => string = ({ mark }) => mark,
): Record<string, [number, number, bigint]> {
  const found: Record<string, [number, number, bigint]> = {}
  for (const row of spent) {
    const [attempts, input, picoUsd] = found[key(row)] ?? [0, 0, 0n]
    const { totals } = row
    found[key(row)] = [attempts + totals.attempts, input + totals.input, picoUsd + totals.picoUsd]
  }
  return found
}

import { existsSync } from 'node:fs'
import type { Attempt } from '../../domain/ledger/attempt.ts'
import type { LedgerReader } from '../../domain/ledger/ledger.ts'
import { drainFinished } from './journal-drain.ts'
import { isFinished, journalFiles } from './journal-files.ts'
import { readerOf } from './pages.ts'
import { journalFolder, machineName, placeOf, type StorePlace } from './place.ts'
import { putEach } from './put-each.ts'
import { openStore, type Store } from './store.ts'

export interface CommandOptions {
  /** llmsel's state folder. */
  readonly state: string
  /** Of PostgreSQL; null: a database of its own in the state folder. */
  readonly url: string | null
}

/**
 * For a command that reports. First brings in what gateways that are no more have left behind, and
 * has one that runs bring in its own: `flush`. Where nothing was ever recorded nothing is made.
 * @throws LlmselError `io`, `conflict` for a ledger from a newer version, `usage` for a bad URL.
 */
export async function openLedgerReader(
  { state, url }: CommandOptions,
  flush = async () => {},
): Promise<LedgerReader> {
  const folder = journalFolder(state)
  const place = placeOf(state, url)
  const store = await openStore(hasAnything(place, folder) ? place : { path: ':memory:' })
  await catchUp(store, folder, flush).catch(async (cause: unknown) => {
    await store.close()
    throw cause
  })
  return readerOf(store, async () => await store.close())
}

async function catchUp(store: Store, folder: string, flush: () => Promise<void>): Promise<void> {
  const files = journalFiles(folder)
  if (files.length === 0) return
  if (!files.every(isFinished)) await flush()
  const machine = machineName(folder)
  const put = async (attempts: readonly Attempt[]) => await store.put(attempts, machine)
  await drainFinished(folder, null, async (attempts) => await putEach(put, attempts))
}

/** Whether a ledger was ever made there. */
export function hasAnything(place: StorePlace, folder: string): boolean {
  return 'url' in place || existsSync(place.path) || journalFiles(folder).length > 0
}

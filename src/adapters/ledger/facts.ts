import { existsSync, statSync } from 'node:fs'
import type { LedgerFacts } from '../../domain/doctor/ledger.ts'
import { isLlmselError } from '../../domain/errors.ts'
import { isFinished, journalFiles } from './journal-files.ts'
import { journalFolder, placeOf, type StorePlace } from './place.ts'
import { describePlace } from './store-problem.ts'
import { openStore } from './store.ts'

const ALL = { range: null, where: {}, per: null, timeZone: 'UTC' } as const

/** Looks, and brings nothing in. */
export async function ledgerFacts(state: string, url: string | null): Promise<LedgerFacts> {
  const place = placeOf(state, url)
  const facts = {
    place: describePlace(place),
    waitingBytes: waitingIn(journalFolder(state)),
    problem: null,
  }
  if ('path' in place && !existsSync(place.path)) return { ...facts, state: 'none' }
  try {
    await readOnce(place)
    return { ...facts, state: 'fine' }
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return { ...facts, state: 'broken', problem: { message: error.message, fix: error.hint } }
  }
}

async function readOnce(place: StorePlace): Promise<void> {
  const store = await openStore(place)
  try {
    await store.spent(ALL)
  } finally {
    await store.close()
  }
}

function waitingIn(folder: string): number {
  return journalFiles(folder)
    .filter(isFinished)
    .reduce((sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}

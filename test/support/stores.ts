import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe } from 'vitest'
import type { StorePlace } from '../../src/adapters/ledger/place.ts'
import { openStore, type Store } from '../../src/adapters/ledger/store.ts'
import { postgresOfFile } from './postgres.ts'

interface Box {
  readonly store: Store
  readonly place: StorePlace
}

/** The tests of a file in SQLite and in PostgreSQL, each with a new store. */
export function inBothStores(tests: (box: Box) => void): void {
  const postgres = postgresOfFile()
  describe.each(['sqlite', 'postgres'])('in %s', (engine) => {
    let folder: string
    let place: StorePlace
    let store: Store

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'llmsel-store-'))
      const path = join(folder, 'ledger.db')
      place = engine === 'sqlite' ? { path } : { url: await postgres.database() }
      store = await openStore(place)
    })

    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    })

    tests({
      get store() {
        return store
      },
      get place() {
        return place
      },
    })
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe } from 'vitest'
import { openStore, type Store } from '../../src/adapters/ledger/store.ts'
import { postgresOfFile } from './postgres.ts'

/** The tests of a file in SQLite and in PostgreSQL, each with a new store. */
export function inBothStores(tests: (box: { readonly store: Store }) => void): void {
  const postgres = postgresOfFile()
  describe.each(['sqlite', 'postgres'])('in %s', (engine) => {
    let folder: string
    let store: Store

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'llmsel-store-'))
      const path = join(folder, 'ledger.db')
      store = await openStore(engine === 'sqlite' ? { path } : { url: await postgres.database() })
    })

    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    })

    tests({
      get store() {
        return store
      },
    })
  })
}

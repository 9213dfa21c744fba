import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import { openStore } from '../../src/adapters/ledger/store.ts'
import type { Attempt } from '../../src/domain/ledger/attempt.ts'
import { run, type Run } from './run.ts'

/** A state folder with a ledger of its own, for commands in this process. */
export interface LedgerState {
  readonly folder: string
  keep(...attempts: readonly Attempt[]): Promise<void>
  /** `costs LINE`, in `/home/me/project`. */
  costs(line: string, isTty?: boolean): Promise<Run>
  remove(): void
}

export function ledgerState(): LedgerState {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-ledger-'))
  const openLedger = async (url: string | null) => await openLedgerReader({ state: folder, url })
  return {
    folder,
    keep: async (...attempts) => {
      const store = await openStore({ path: join(folder, 'ledger.db') })
      await store.put(attempts, 'laptop')
      await store.close()
    },
    costs: async (line, isTty = false) => {
      const words = `costs ${line}`.split(' ').filter((word) => word !== '')
      // Only what these commands look at.
      const streams = { isTty, columns: 80 } as never
      return await run(words, { streams, openLedger, cwd: '/home/me/project' })
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

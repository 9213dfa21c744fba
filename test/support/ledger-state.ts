import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDraft } from '../../src/adapters/file-draft.ts'
import { openAgentLogs } from '../../src/adapters/agent-logs.ts'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import { openLedgerImport as importer } from '../../src/adapters/ledger/import.ts'
import { openStore } from '../../src/adapters/ledger/store.ts'
import type { Attempt } from '../../src/domain/ledger/attempt.ts'
import type { Context } from '../../src/ports.ts'
import { ledgerScript } from './ledger-script.ts'
import { run, type Run } from './run.ts'

/** A state folder with a ledger of its own, for commands in this process. */
export interface LedgerState {
  readonly folder: string
  keep(...attempts: readonly Attempt[]): Promise<void>
  /** `costs LINE`, in `/home/me/project`; the agents' logs are those below the folder's `home`. */
  costs(line: string, isTty?: boolean, more?: Partial<Context>): Promise<Run>
  remove(): void
}

export function ledgerState(): LedgerState {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-ledger-'))
  const draftFile = async (path: string) => openDraft(path)
  const logs = openAgentLogs({ HOME: join(folder, 'home') })
  const openLedger: Context['openLedger'] = async (url, flush) =>
    await openLedgerReader({ state: folder, url }, flush)
  return {
    folder,
    keep: async (...attempts) => {
      const store = await openStore({ path: join(folder, 'ledger.db') })
      await store.put(attempts, 'laptop')
      await store.close()
    },
    costs: async (line, isTty = false, more = {}) => {
      const words = `costs ${line}`.split(' ').filter((word) => word !== '')
      // Only what these commands look at.
      const streams = { isTty, columns: 80 } as never
      const openLedgerImport = async (url: string | null) =>
        importer({ state: folder, url, script: ledgerScript() })
      const ports = { openLedger, openLedgerImport, openAgentLogs: async () => logs, draftFile }
      return await run(words, { streams, cwd: '/home/me/project', ...ports, ...more })
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

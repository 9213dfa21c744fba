import type { LedgerImport } from '../../domain/ledger/ledger.ts'
import { hasAnything, type CommandOptions } from './command.ts'
import { newOwner } from './journal-files.ts'
import { journalFolder, machineName, placeOf } from './place.ts'
import { openThread } from './thread.ts'

/** For a command that brings in other programs' logs, and goes on reading them meanwhile. */
export function openLedgerImport(
  options: CommandOptions & { readonly script: string },
): LedgerImport {
  const place = placeOf(options.state, options.url)
  const folder = journalFolder(options.state)
  const machine = machineName(folder)
  const { script } = options
  const owner = newOwner()
  const thread = openThread(script, {
    place,
    folder,
    owner,
    machine,
    retentionDays: null,
    cacheKb: null,
  })
  let isPut = false
  // A dry run makes no ledger.
  const isThere = () => isPut || hasAnything(place, folder)
  return {
    places: async () => (isThere() ? await thread.service.places() : {}),
    put: (records, places, terms) => {
      isPut = true
      return thread.service.putLogged(records, places, terms)
    },
    close: async () => {
      if (!isThere()) return
      const ended = thread.ended()
      await thread.service.close(true).catch(() => null)
      await ended
    },
  }
}

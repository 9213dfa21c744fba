import type { Ledger } from '../domain/ledger/ledger.ts'

/** For requests that cost nothing: nothing is kept, and nothing is limited. */
export const NO_LEDGER: Ledger = {
  begin: async () => {},
  end: async () => {},
  write: () => {},
  limits: {
    reserve: async () => ({ allowed: true, reservation: { settle: () => {} } }),
    state: () => null,
  },
  reader: {
    spent: async () => [],
    attempts: nothing,
    metered: nothing,
    moved: async () => [],
    close: async () => {},
  },
  health: () => ({ problem: null, waiting: 0, unwritten: 0, lost: 0 }),
  flush: async () => true,
  close: async () => {},
}

async function* nothing(): AsyncGenerator<never> {}

import { found, ok, type Finding } from './finding.ts'

/** Of the place where requests and their costs are kept. */
export interface LedgerFacts {
  /** As it is shown: a path, or a server without its password. */
  readonly place: string
  /** `none`: nothing was ever recorded. */
  readonly state: 'none' | 'fine' | 'broken'
  /** Why it cannot be used; null: it can. */
  readonly problem: { readonly message: string; readonly fix: string | null } | null
  /** In the journals of gateways that are no more: it comes in with the next report. */
  readonly waitingBytes: number
}

export function ledgerFinding({ place, state, problem, waitingBytes }: LedgerFacts): Finding {
  const kilobytes = Math.ceil(waitingBytes / 1024)
  const waiting = waitingBytes === 0 ? '' : `; ${kilobytes} kB of a gateway that ended wait for it`
  if (problem !== null)
    return found('ledger', 'broken', { message: problem.message + waiting, fix: problem.fix })
  if (waitingBytes > 0)
    return found('ledger', 'note', {
      message: `the ledger ${place} can be used${waiting}`,
      fix: 'llmsel costs spent',
    })
  return ok(
    'ledger',
    state === 'none' ? 'nothing has been recorded yet' : `the ledger ${place} can be used`,
  )
}

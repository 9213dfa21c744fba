import {
  periodOf,
  warningDue,
  type Allowance,
  type LimitOn,
  type LimitState,
  type Limits,
  type Refusal,
  type Warning,
} from '../../domain/ledger/limits.ts'
import type { Range } from '../../domain/ledger/spans.ts'
import { LEASE_MS, type Lease, type LeaseRequest } from './leases.ts'

/** Before others may take it to be over. */
const USABLE_MS = LEASE_MS * 0.8

export interface LimiterOptions {
  readonly machine: string
  readonly timeZone: string
  /** Wall time. */
  nowMs(): number
  /** Never goes back. */
  steadyMs(): number
  /** Rejects where the ledger cannot be reached. */
  lease(request: LeaseRequest): Promise<Lease>
  onWarning(on: LimitOn, warning: Warning): void
}

/** One limit in one period. */
interface Account {
  readonly on: LimitOn
  readonly period: Range
  granted: bigint
  /** Settled here, and what is set aside besides. */
  settled: bigint
  reserved: bigint
  elsewhere: bigint
  /** Null: there was no lease yet. */
  leasedAt: { readonly wallMs: number; readonly steadyMs: number } | null
  /** One at a time: those who wait look again when it is there. */
  leasing: Promise<boolean> | null
}

/**
 * Holds limits by money that the ledger has lent to this gateway, so that most requests need not ask
 * it, and two gateways never spend the same money.
 */
export function openLimiter(options: LimiterOptions): Limits {
  const accounts = new Map<string, Account>()
  const accountOf = (on: LimitOn): Account => {
    const nowMs = options.nowMs()
    const key = `${on.scope} ${on.limit.per} ${on.name}`
    const present = accounts.get(key)
    if (present !== undefined && isNow(present, on, nowMs)) return present
    const account = newAccount(on, periodOf(on.limit, options.timeZone, nowMs))
    accounts.set(key, account)
    return account
  }
  return {
    reserve: async (on, picoUsd) => {
      if (picoUsd === 0n || on[0] === undefined) return allow(options, [], 0n)
      if (picoUsd === null) return refuse({ reason: 'unknown-price', on: on[0] })
      const taken: Account[] = []
      for (const each of on) {
        const account = accountOf(each)
        const refusal = await take(options, account, picoUsd)
        if (refusal === null) {
          taken.push(account)
          continue
        }
        for (const other of taken) other.reserved -= picoUsd
        return refuse(refusal)
      }
      return allow(options, taken, picoUsd)
    },
    state: (on) => {
      const { leasedAt, settled, elsewhere, period } = accountOf(on)
      if (leasedAt === null) return null
      const state: LimitState = {
        on,
        spentPicoUsd: settled + elsewhere,
        untilMs: period.untilMs,
      }
      return state
    },
  }
}

function newAccount(on: LimitOn, period: Range): Account {
  const sums = { granted: 0n, settled: 0n, reserved: 0n, elsewhere: 0n }
  return { on, period, ...sums, leasedAt: null, leasing: null }
}

/** A limit that was changed, or a day that is over, begins anew with what the ledger knows. */
function isNow({ on: { limit }, period }: Account, on: LimitOn, nowMs: number): boolean {
  return limit.picoUsd === on.limit.picoUsd && nowMs >= period.sinceMs && nowMs < period.untilMs
}

/** Null: it is set aside. */
async function take(
  options: LimiterOptions,
  account: Account,
  picoUsd: bigint,
): Promise<Refusal | null> {
  const { on, period } = account
  // Who waited for another's lease may find it used up, and then asks for one itself.
  for (let asked = false; ;) {
    const used = account.settled + account.reserved
    if (isUsable(options, account) && used + picoUsd <= account.granted) {
      account.reserved += picoUsd
      return null
    }
    if (asked) return { reason: 'reached', on, untilMs: period.untilMs }
    const waited = account.leasing !== null
    account.leasing ??= renew(options, account, picoUsd)
    if (!(await account.leasing)) return { reason: 'ledger-away', on }
    asked = !waited
  }
}

function isUsable(options: LimiterOptions, { leasedAt }: Account): boolean {
  return (
    leasedAt !== null &&
    // A machine that slept has a steady clock that stood still, and a wall clock may be set back.
    Math.abs(options.nowMs() - leasedAt.wallMs) < USABLE_MS &&
    options.steadyMs() - leasedAt.steadyMs < USABLE_MS
  )
}

/** False: the ledger cannot be reached. */
async function renew(options: LimiterOptions, account: Account, picoUsd: bigint): Promise<boolean> {
  const { on, period } = account
  const leasedAt = { wallMs: options.nowMs(), steadyMs: options.steadyMs() }
  const usedPicoUsd = account.settled + account.reserved
  const wantedPicoUsd = usedPicoUsd + picoUsd
  const { machine } = options
  try {
    const found = await options.lease({ on, period, machine, usedPicoUsd, wantedPicoUsd })
    const { hereSpentPicoUsd, elsewhereSpentPicoUsd, grantedPicoUsd } = found
    account.leasedAt = leasedAt
    account.granted = grantedPicoUsd
    account.elsewhere = elsewhereSpentPicoUsd
    // More than is known here: from before the start, or an estimate that was corrected.
    if (hereSpentPicoUsd > account.settled) account.settled = hereSpentPicoUsd
    return true
  } catch {
    return false
  } finally {
    account.leasing = null
  }
}

function allow(options: LimiterOptions, taken: readonly Account[], aside: bigint): Allowance {
  let isOpen = true
  const settle = (picoUsd: bigint | null) => {
    if (!isOpen) return
    isOpen = false
    for (const account of taken) {
      const before = account.settled + account.elsewhere
      const cost = picoUsd ?? aside
      account.reserved -= aside
      account.settled += cost
      const warning = warningDue(account.on.limit, before, before + cost)
      if (warning !== null) options.onWarning(account.on, warning)
    }
  }
  return { allowed: true, reservation: { settle } }
}

function refuse(refusal: Refusal): Allowance {
  return { allowed: false, refusal }
}

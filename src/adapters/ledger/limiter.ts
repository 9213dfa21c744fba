import {
  periodOf,
  warningDue,
  type Allowance,
  type LimitOn,
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

/** More than a gateway has sessions; the ledger knows of what is forgotten here. */
const MAX_ACCOUNTS = 10_000

/** What is spent under one name in one period, whatever its limit is by now. */
interface Account {
  readonly period: Range
  granted: bigint
  /** The limit that it is part of: it may have been changed since, or be another session's. */
  grantedOf: bigint | null
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
  const presentOf = (on: LimitOn): Account | null => {
    const account = accounts.get(keyOf(on))
    return account !== undefined && isNow(account, options.nowMs()) ? account : null
  }
  const accountOf = (on: LimitOn): Account => {
    const present = presentOf(on)
    if (present !== null) return present
    const account = newAccount(periodOf(on.limit, options.timeZone, options.nowMs()))
    accounts.delete(keyOf(on))
    accounts.set(keyOf(on), account)
    if (accounts.size > MAX_ACCOUNTS) forgetOne(accounts)
    return account
  }
  return {
    reserve: async (on, picoUsd) => {
      if (picoUsd === 0n || on[0] === undefined) return allow(options, [], 0n)
      if (picoUsd === null) return refuse({ reason: 'unknown-price', on: on[0] })
      const taken: Taken[] = []
      for (const each of on) {
        const place = { on: each, account: accountOf(each) }
        const refusal = await take(options, place, picoUsd)
        if (refusal === null) {
          taken.push(place)
          continue
        }
        for (const { account } of taken) account.reserved -= picoUsd
        return refuse(refusal)
      }
      return allow(options, taken, picoUsd)
    },
    state: (on) => {
      const account = presentOf(on)
      if (account === null || account.leasedAt === null) return null
      const { settled, elsewhere, period } = account
      return { on, spentPicoUsd: settled + elsewhere, untilMs: period.untilMs }
    },
  }
}

interface Taken {
  readonly on: LimitOn
  readonly account: Account
}

function keyOf({ scope, name, limit }: LimitOn): string {
  return `${scope} ${limit.per} ${name}`
}

function newAccount(period: Range): Account {
  const sums = { granted: 0n, settled: 0n, reserved: 0n, elsewhere: 0n }
  return { period, ...sums, grantedOf: null, leasedAt: null, leasing: null }
}

/** After a day that is over it begins anew with what the ledger knows. */
function isNow({ period }: Account, nowMs: number): boolean {
  return nowMs >= period.sinceMs && nowMs < period.untilMs
}

/** The oldest of those that nobody has anything set aside in. */
function forgetOne(accounts: Map<string, Account>): void {
  for (const [key, { reserved, leasing }] of accounts) {
    if (reserved !== 0n || leasing !== null) continue
    accounts.delete(key)
    return
  }
}

/** Null: it is set aside. */
async function take(
  options: LimiterOptions,
  { on, account }: Taken,
  picoUsd: bigint,
): Promise<Refusal | null> {
  const { period } = account
  // Who waited for another's lease may find it used up, and then asks for one itself.
  for (let asked = false; ;) {
    const used = account.settled + account.reserved
    if (isUsable(options, account, on) && used + picoUsd <= account.granted) {
      account.reserved += picoUsd
      return null
    }
    if (asked) return { reason: 'reached', on, untilMs: period.untilMs }
    const waited = account.leasing !== null
    account.leasing ??= renew(options, { on, account }, picoUsd)
    if (!(await account.leasing)) return { reason: 'ledger-away', on }
    asked = !waited
  }
}

function isUsable(
  options: LimiterOptions,
  { leasedAt, grantedOf }: Account,
  { limit }: LimitOn,
): boolean {
  return (
    leasedAt !== null &&
    grantedOf === limit.picoUsd &&
    // A machine that slept has a steady clock that stood still, and a wall clock may be set back.
    Math.abs(options.nowMs() - leasedAt.wallMs) < USABLE_MS &&
    options.steadyMs() - leasedAt.steadyMs < USABLE_MS
  )
}

/** False: the ledger cannot be reached. */
async function renew(
  options: LimiterOptions,
  { on, account }: Taken,
  picoUsd: bigint,
): Promise<boolean> {
  const { period } = account
  const leasedAt = { wallMs: options.nowMs(), steadyMs: options.steadyMs() }
  const usedPicoUsd = account.settled + account.reserved
  const wantedPicoUsd = usedPicoUsd + picoUsd
  const { machine } = options
  try {
    const found = await options.lease({ on, period, machine, usedPicoUsd, wantedPicoUsd })
    const { hereSpentPicoUsd, elsewhereSpentPicoUsd, grantedPicoUsd } = found
    account.leasedAt = leasedAt
    account.granted = grantedPicoUsd
    account.grantedOf = on.limit.picoUsd
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

function allow(options: LimiterOptions, taken: readonly Taken[], aside: bigint): Allowance {
  let isOpen = true
  const settle = (picoUsd: bigint | null) => {
    if (!isOpen) return
    isOpen = false
    for (const { on, account } of taken) {
      const before = account.settled + account.elsewhere
      const cost = picoUsd ?? aside
      account.reserved -= aside
      account.settled += cost
      const warning = warningDue(on.limit, before, before + cost)
      if (warning !== null) options.onWarning(on, warning)
    }
  }
  return { allowed: true, reservation: { settle } }
}

function refuse(refusal: Refusal): Allowance {
  return { allowed: false, refusal }
}

import { GATEWAY } from '../../domain/ledger/attempt.ts'
import { grant, type LimitOn, type Share } from '../../domain/ledger/limits.ts'
import { fewestBuckets, type Range } from '../../domain/ledger/spans.ts'
import type { Database } from './database.ts'
import type { Dims } from './dims.ts'
import { SUMMED_PICO_USD, summedPicoUsd } from './totals.ts'

/** One that is not renewed is over; its holder stops using it earlier. */
export const LEASE_MS = 300_000

export interface LeaseRequest {
  readonly on: LimitOn
  readonly period: Range
  readonly machine: string
  /** Spent or set aside by this gateway, as far as it knows. */
  readonly usedPicoUsd: bigint
  readonly wantedPicoUsd: bigint
}

export interface Lease {
  /** Up to which sum this gateway may spend in the period. */
  readonly grantedPicoUsd: bigint
  /** What the ledger has of this gateway, and of all others. */
  readonly hereSpentPicoUsd: bigint
  readonly elsewhereSpentPicoUsd: bigint
}

const NOTHING: Share = { spentPicoUsd: 0n, grantedPicoUsd: 0n }

/**
 * Within a transaction, so that no two gateways are given the same money. The days of gateways in two
 * time zones overlap: what is left of a lease in the one may be spent in the other.
 */
export async function lease(database: Database, dims: Dims, request: LeaseRequest): Promise<Lease> {
  const { on, period, machine, wantedPicoUsd } = request
  const name = `${on.limit.per} ${on.scope} ${on.name}`
  const nowMs = await database.nowMs()
  const spent = await spentByMachine(database, dims, request)
  const hereSpentPicoUsd = spent.get(machine) ?? 0n
  const others = new Map<string, Share>(
    [...spent].map(([other, spentPicoUsd]) => [other, { spentPicoUsd, grantedPicoUsd: 0n }]),
  )
  const leases = await database.all(
    `select machine, cast(granted as text), since, until from leases
     where name = ? and since < ? and until > ? and renewed_at > ?`,
    [name, period.untilMs, period.sinceMs, nowMs - LEASE_MS],
  )
  for (const [of, granted, since, until] of leases) {
    const other = String(of)
    const theirs = { sinceMs: Number(since), untilMs: Number(until) }
    const spentOfIt =
      theirs.sinceMs === period.sinceMs
        ? spent
        : await spentByMachine(database, dims, { on, period: theirs })
    const left = BigInt(granted ?? 0) - (spentOfIt.get(other) ?? 0n)
    const { spentPicoUsd, grantedPicoUsd } = others.get(other) ?? NOTHING
    others.set(other, {
      spentPicoUsd,
      grantedPicoUsd: larger(grantedPicoUsd, spentPicoUsd + larger(left, 0n)),
    })
  }
  others.delete(machine)
  const used = larger(request.usedPicoUsd, hereSpentPicoUsd)
  const wanted = used + (wantedPicoUsd - request.usedPicoUsd)
  const grantedPicoUsd = grant(on.limit, used, wanted, [...others.values()])
  await database.run(
    `insert into leases (name, since, until, machine, granted, renewed_at)
     values (?, ?, ?, ?, ?, ?)
     on conflict (name, since, machine) do update set
       until = excluded.until, granted = excluded.granted, renewed_at = excluded.renewed_at`,
    [name, period.sinceMs, period.untilMs, machine, grantedPicoUsd, nowMs],
  )
  await database.run('delete from leases where since < ?', [period.sinceMs - 100 * 86_400_000])
  const elsewhereSpentPicoUsd = [...others.values()].reduce((sum, o) => sum + o.spentPicoUsd, 0n)
  return { grantedPicoUsd, hereSpentPicoUsd, elsewhereSpentPicoUsd }
}

/** What went through gateways and is billed by the call. */
async function spentByMachine(
  database: Database,
  dims: Dims,
  { on, period }: Pick<LeaseRequest, 'on' | 'period'>,
): Promise<Map<string, bigint>> {
  await dims.load()
  const spent = new Map<string, bigint>()
  const ids = dims.matching({ source: GATEWAY, kind: 'api', [on.scope]: on.name })
  if (ids.length === 0) return spent
  for (const { span, from, to } of fewestBuckets(period)) {
    const rows = await database.all(
      `select dims, ${SUMMED_PICO_USD} from rollups
       where span = ${span} and bucket >= ${from} and bucket < ${to} and dims in (${ids.join(',')})
       group by dims`,
    )
    for (const [id, ...sum] of rows) {
      const { machine } = dims.get(Number(id))
      spent.set(machine, (spent.get(machine) ?? 0n) + (summedPicoUsd(sum) ?? 0n))
    }
  }
  return spent
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

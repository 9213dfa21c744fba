import type { Ledger } from '../domain/ledger/ledger.ts'
import { limitsText, type LimitOn } from '../domain/ledger/limits.ts'
import { usd } from '../domain/reports/spent-report.ts'
import { quoteTmux } from '../domain/sessions/tmux-text.ts'
import type { Registration } from './sessions.ts'

/** Shows at each session in tmux what it has spent, where lists and status lines find it. */
export interface Spending {
  /** An attempt to be paid for has ended; null: nobody knows what it cost. */
  add(session: Registration, limits: readonly LimitOn[], picoUsd: bigint | null): void
  close(): void
}

export interface SpendingOptions {
  readonly ledger: Pick<Ledger, 'reader' | 'limits' | 'flush'>
  /** Feeds commands to the tmux server on that socket; nothing where it is gone. */
  readonly tell: (socket: string, script: string) => Promise<void>
  readonly startedMs: number
}

interface Sum {
  readonly session: Registration
  limits: readonly LimitOn[]
  picoUsd: bigint
  unknown: number
  /** What was spent before this process began is in it. */
  isWhole: boolean
}

const SHOW_AFTER_MS = 1000
const MAX_SESSIONS = 5000
const SHOWN_FROM_PERCENT = 50n

export function openSpending(options: SpendingOptions): Spending {
  const sums = new Map<string, Sum>()
  const changed = new Set<Sum>()
  let timer: NodeJS.Timeout | null = null
  const schedule = () => {
    timer ??= setTimeout(() => void show(), SHOW_AFTER_MS).unref()
  }
  const show = async () => {
    const due = [...changed]
    changed.clear()
    try {
      await tellAll(options, due)
    } finally {
      timer = null
      if (changed.size > 0) schedule()
    }
  }
  return {
    add: (session, limits, picoUsd) => {
      if (session.tmuxSocket === null) return
      const key = `${session.tmuxSocket} ${session.session}`
      const known = sums.get(key)
      // One that is new has the name of one that is over.
      const sum =
        known?.session.sinceMs === session.sinceMs
          ? known
          : { session, limits, picoUsd: 0n, unknown: 0, isWhole: false }
      if (known === undefined && sums.size >= MAX_SESSIONS) sums.clear()
      sums.set(key, sum)
      sum.limits = limits
      sum.picoUsd += picoUsd ?? 0n
      if (picoUsd === null) sum.unknown += 1
      changed.add(sum)
      schedule()
    },
    close: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

async function tellAll(options: SpendingOptions, sums: readonly Sum[]): Promise<void> {
  const scripts = new Map<string, string>()
  for (const sum of sums) {
    const { tmuxSocket } = sum.session
    if (tmuxSocket === null) continue
    await complete(options, sum).catch(() => {})
    scripts.set(tmuxSocket, (scripts.get(tmuxSocket) ?? '') + scriptFor(options, sum))
  }
  // A server that is gone has nobody to show it to.
  for (const [socket, script] of scripts) await options.tell(socket, script).catch(() => {})
}

/** Adds what an earlier process of the gateway has seen of the session. */
async function complete({ ledger, startedMs }: SpendingOptions, sum: Sum): Promise<void> {
  const { session, sinceMs } = sum.session
  if (sum.isWhole) return
  let [before, unknown] = [0n, 0]
  if (sinceMs < startedMs) {
    await ledger.flush()
    const range = { sinceMs, untilMs: startedMs }
    for await (const rows of ledger.reader.metered({ range, where: { session, kind: 'api' } })) {
      for (const { picoUsd } of rows) {
        before += picoUsd ?? 0n
        if (picoUsd === null) unknown += 1
      }
    }
  }
  sum.picoUsd += before
  sum.unknown += unknown
  sum.isWhole = true
}

/** `0.42`; `0.42+` where more was spent than is known. */
function scriptFor({ ledger }: SpendingOptions, sum: Sum): string {
  const { session, limits, picoUsd } = sum
  const isMore = sum.unknown > 0 || !sum.isWhole
  const target = `-t ${quoteTmux(`=${session.session}:`)}`
  const spent = picoUsd === 0n && isMore ? '?' : usd(picoUsd) + (isMore ? '+' : '')
  const limit = strained(ledger, limits)
  return [
    `set-option ${target} @llmsel_spent ${quoteTmux(spent)}\n`,
    limit === null
      ? `set-option -u ${target} @llmsel_limit\n`
      : `set-option ${target} @llmsel_limit ${quoteTmux(limit)}\n`,
  ].join('')
}

/** Of the limit that is nearest to its end, such as `82% of $5/day`; null: none is half used. */
function strained(
  { limits: known }: SpendingOptions['ledger'],
  limits: readonly LimitOn[],
): string | null {
  const parts = limits.flatMap((on) => {
    const state = known.state(on)
    if (state === null) return []
    const percent = on.limit.picoUsd === 0n ? 100n : (state.spentPicoUsd * 100n) / on.limit.picoUsd
    return percent < SHOWN_FROM_PERCENT ? [] : [{ percent, on }]
  })
  const [most] = parts.toSorted((a, b) => Number(b.percent - a.percent))
  return most === undefined ? null : `${most.percent}% of $${limitsText([most.on.limit])}`
}

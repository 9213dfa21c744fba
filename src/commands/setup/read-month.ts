import { DAYS_PER_MONTH } from '../../domain/costs/compare.ts'
import { better, type LogRecord } from '../../domain/costs/logs/record.ts'
import type { Profile } from '../../domain/profiles/profile.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import { monthOf, type Month } from '../../domain/setup/month.ts'
import type { Context } from '../../ports.ts'
import { openReading } from '../../ui/reading.ts'

const MONTH_MS = DAYS_PER_MONTH * 24 * 60 * 60 * 1000

/** The last 30 days in the agents' logs, on each profile. Says so on stderr while it takes long. */
export async function readMonth(
  ctx: Context,
  { catalogue, today }: ProfileSource,
  profiles: readonly Profile[],
): Promise<Month> {
  const records = await lastMonth(ctx)
  return monthOf(records, profiles, { catalogue, asOf: today })
}

async function lastMonth(ctx: Context): Promise<Iterable<LogRecord>> {
  const nowMs = ctx.clock.now().getTime()
  const sinceMs = nowMs - MONTH_MS
  const reading = openReading(ctx.streams, ctx.clock)
  const byId = new Map<string, LogRecord>()
  try {
    for await (const { records, readBytes, totalBytes } of ctx.agentLogs(sinceMs)) {
      for (const record of records) {
        if (record.atMs < sinceMs || record.atMs > nowMs) continue
        // Sessions that were resumed hold copies of the answers before.
        const known = byId.get(record.id)
        byId.set(record.id, known === undefined ? record : better(known, record))
      }
      reading.at(readBytes, totalBytes)
    }
  } finally {
    reading.close()
  }
  return byId.values()
}

import { bucketOf, DAY_MS, QUARTER, QUARTER_MS } from '../../domain/ledger/spans.ts'
import type { Database } from './database.ts'
import { readMeta, writeMeta } from './schema.ts'

const LOOK_AGAIN_AFTER_MS = DAY_MS * 0.8
/** A gap that is longer, or negative, is more likely a clock that was set than a long pause. */
const LONGEST_PAUSE_MS = 40 * DAY_MS

/** Attempts before it are gone, and would be added to their sums a second time. */
export async function keptSinceMs(database: Database): Promise<number> {
  return Number((await readMeta(database, 'kept-since')) ?? 0)
}

/**
 * Removes attempts older than so many days; the sums stay. Does so only where the time has gone on
 * as it should since the last look, since a clock that jumped a year ahead would take everything.
 */
export async function prune(database: Database, days: number, nowMs: number): Promise<void> {
  const lookedAt = await readMeta(database, 'looked-at')
  const pauseMs = nowMs - Number(lookedAt ?? Number.NaN)
  if (pauseMs >= 0 && pauseMs < LOOK_AGAIN_AFTER_MS) return
  await database.transaction(async () => {
    await writeMeta(database, 'looked-at', String(nowMs))
    if (!(pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS)) return
    const cutoffMs = bucketOf(QUARTER, nowMs - days * DAY_MS) * QUARTER_MS
    if (cutoffMs <= (await keptSinceMs(database))) return
    for (const table of ['attempts', 'own_answers', 'own_signatures'])
      await database.run(`delete from ${table} where started_at < ?`, [cutoffMs])
    await writeMeta(database, 'kept-since', String(cutoffMs))
  })
}

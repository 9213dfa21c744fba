import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { LogBatch } from '../domain/costs/logs/batch.ts'
import { logPlaces, type LogPlace } from '../domain/costs/logs/places.ts'
import type { Env } from '../ports.ts'
import { readAgentLogs } from './agent-logs.ts'

/** What the person's agents have logged, without the files that were last written before a time. */
export async function* recentLogs(env: Env, sinceMs: number): AsyncGenerator<LogBatch> {
  const home = env['HOME'] ?? ''
  const places = home.startsWith('/') ? logPlaces(env, home) : []
  yield* readAgentLogs(
    places.map((place) => since(place, sinceMs)),
    {},
  )
}

function since(place: LogPlace, sinceMs: number): LogPlace {
  return {
    ...place,
    formatOf: (path) => {
      const format = place.formatOf(path)
      if (format === null) return null
      const stats = statSync(join(place.folder, path), { throwIfNoEntry: false })
      return (stats?.mtimeMs ?? 0) < sinceMs ? null : format
    },
  }
}

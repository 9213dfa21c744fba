import type { LogCursor } from '../../domain/costs/logs/batch.ts'
import { isObject, type JsonObject } from '../../domain/json.ts'
import type { LogPlaces } from '../../domain/ledger/ledger.ts'
import type { Database } from './database.ts'

/** Where imports have stopped reading on a machine. */
export async function readPlaces(database: Database, machine: string): Promise<LogCursor> {
  const rows = await database.all('select path, place from places where machine = ?', [machine])
  const places: [string, JsonObject][] = []
  for (const [path, text] of rows) {
    const place: unknown = JSON.parse(String(text))
    if (isObject(place)) places.push([String(path), place])
  }
  return Object.fromEntries(places)
}

/** Within a transaction. */
export async function writePlaces(
  database: Database,
  machine: string,
  places: LogPlaces,
): Promise<void> {
  for (const [path, place] of places) {
    if (place === null)
      await database.run('delete from places where machine = ? and path = ?', [machine, path])
    else
      await database.run(
        `insert into places (machine, path, place) values (?, ?, ?)
         on conflict (machine, path) do update set place = excluded.place`,
        [machine, path, JSON.stringify(place)],
      )
  }
}

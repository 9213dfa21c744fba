import { expect, test } from 'vitest'
import { LISTING_FORMAT, parseListing } from '../../../src/domain/sessions/listing.ts'
import { wentDown } from '../../../src/domain/sessions/restorable.ts'

/** A pane of a server that started at this second. */
function server(pid: number, startedAt: number): ReturnType<typeof parseListing> {
  const fields: Record<string, string> = { pid: String(pid), start_time: String(startedAt) }
  return parseListing(
    LISTING_FORMAT.replaceAll(/#\{([^}]+)\}/g, (_, name: string) => fields[name] ?? ''),
  )
}

const NOTE = { pid: 100, notedAt: new Date(5_400) }

test.each([
  ['no server runs', NOTE, [], true],
  ['another one runs', NOTE, server(200, 3), true],
  ['the very one goes on', NOTE, server(100, 3), false],
  ['it started in the second of the note', NOTE, server(100, 5), false],
  ['a later one has the same pid', NOTE, server(100, 9), true],
  ['it never started', null, [], false],
])('%s', (_, note, rows, expected) => {
  expect(wentDown(note, rows)).toBe(expected)
})

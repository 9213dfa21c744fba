import { EventEmitter, once } from 'node:events'
import { expect, test } from 'vitest'
import { openLogWriter } from '../../src/adapters/log-writer.ts'

test('lines that come together are one write, each with its own time', async () => {
  const written = new EventEmitter()
  let nowMs = Date.parse('2026-11-22T12:00:00Z')
  const log = openLogWriter(
    (text) => written.emit('text', text),
    () => nowMs,
  )
  const text = once(written, 'text')
  log.line('a')
  nowMs += 5
  log.line('b')
  expect(await text).toEqual(['2026-11-22T12:00:00.000Z a\n2026-11-22T12:00:00.005Z b\n'])
})

test('what waits is written at once where it grows long, and at the end', () => {
  const written: string[] = []
  const log = openLogWriter(
    (text) => written.push(text),
    () => 0,
  )
  log.line('x'.repeat(20_000))
  expect(written).toHaveLength(1)
  log.line('last')
  log.flush()
  log.flush()
  expect(written).toEqual([expect.any(String), '1970-01-01T00:00:00.000Z last\n'])
})

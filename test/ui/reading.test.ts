import { expect, test } from 'vitest'
import { openReading } from '../../src/ui/reading.ts'

/** What is said about a reading that takes so long, at each of its steps. */
function said(
  canPrompt: boolean,
  steps: readonly (readonly [ms: number, bytes: number])[],
  columns = 80,
) {
  const texts: string[] = []
  let ms = 0
  const clock = { now: () => new Date(ms) }
  const reading = openReading({ err: (text) => texts.push(text), canPrompt, columns }, clock)
  for (const [at, bytes] of steps) {
    ms = at
    reading.at(bytes, 200e6)
  }
  reading.close()
  return texts
}

const LONG = [
  [400, 50e6],
  [600, 100e6],
  [900, 150e6],
  [1200, 200e6],
] as const

test('a reading that is over within half a second is not mentioned', () => {
  const short = [
    [10, 100e6],
    [490, 200e6],
  ] as const
  expect(said(true, short)).toEqual([])
  expect(said(false, short)).toEqual([])
})

test('a longer one is drawn in place on a terminal, and leaves its line empty', () => {
  expect(said(true, LONG)).toEqual([
    "\r\u001b[Kreading your agents' logs: 50 % of 200 MB",
    "\r\u001b[Kreading your agents' logs: 75 % of 200 MB",
    '\r\u001b[K',
  ])
})

test('on a narrow terminal it stays within its line', () => {
  const [first = ''] = said(true, LONG, 20)
  expect(first).toBe('\r\u001b[Kreading your agents')
})

test('elsewhere it is one line', () => {
  expect(said(false, LONG)).toEqual(["llmsel: reading 200 MB of your agents' logs\n"])
})

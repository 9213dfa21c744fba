import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change } from '../../../src/domain/ledger/merge.ts'
import { dimensionsKey, rollupChanges } from '../../../src/domain/ledger/rollup.ts'
import { DAY, QUARTER } from '../../../src/domain/ledger/spans.ts'
import { ended, kept, NOON_MS, usage } from '../../support/attempts.ts'

const entry = kept(ended('a'))
const sums = (changes: readonly Change[]) => rollupChanges(changes, () => 7)

test('an entry is added to a quarter of an hour and to a day, both in UTC', () => {
  const found = sums([{ before: null, after: entry }])
  expect(found.map(({ span, bucket, mark }) => [span, bucket, mark])).toEqual([
    [QUARTER, NOON_MS / 900_000, 'final'],
    [DAY, Math.floor(NOON_MS / 86_400_000), 'final'],
  ])
  for (const { totals } of found)
    expect(totals).toEqual({
      attempts: 1,
      failed: 0,
      unmetered: 0,
      unpriced: 0,
      input: 100,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 20,
      webSearches: 0,
      webFetches: 0,
      picoUsd: 1000n,
    })
})

test('what is not known is counted and added to no sum', () => {
  const unknown = kept(ended('a', { usage: null, picoUsd: null, outcome: 'timeout' }))
  const [found] = sums([{ before: null, after: unknown }])
  expect(found?.totals).toMatchObject({
    attempts: 1,
    failed: 1,
    unmetered: 1,
    unpriced: 1,
    input: 0,
    picoUsd: 0n,
  })
})

test('an entry that changes is taken from one sum and added to another', () => {
  const estimated = kept(ended('a', { mark: 'estimated', picoUsd: 7n, usage: usage(1, 2) }))
  const found = sums([{ before: estimated, after: entry }])
  expect(found.map(({ span, mark, totals }) => [span, mark, totals.picoUsd])).toEqual([
    [QUARTER, 'estimated', -7n],
    [QUARTER, 'final', 1000n],
    [DAY, 'estimated', -7n],
    [DAY, 'final', 1000n],
  ])
})

test('what is added and taken away again leaves nothing', () => {
  expect(sums([{ before: entry, after: entry }])).toEqual([])
})

test('entries whose dimensions have other numbers are in sums of their own', () => {
  const other = kept(ended('b'))
  const changes = [entry, other].map((after) => ({ before: null, after }))
  expect(sums(changes)).toHaveLength(2)
  expect(rollupChanges(changes, (each) => (each === entry ? 1 : 2))).toHaveLength(4)
})

test('only the same dimensions have the same key', () => {
  const name = fc.constantFrom('x', 'y', 'x y', null)
  const dimensions = fc.record({ session: name, profile: name, project: name })
  fc.assert(
    fc.property(dimensions, dimensions, (a, b) => {
      const [one, two] = [dimensionsKey({ ...entry, ...a }), dimensionsKey({ ...entry, ...b })]
      expect(one === two).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
})

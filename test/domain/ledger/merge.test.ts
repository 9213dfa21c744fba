import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identityOf, merge, type Change, type Entry } from '../../../src/domain/ledger/merge.ts'
import { ended, kept, logged, nameless, NOON_MS, usage } from '../../support/attempts.ts'

/** What is kept once all have come, each in a batch of its own or several in one. */
function keep(batches: readonly (readonly Entry[])[]): Entry[] {
  let entries: Entry[] = []
  for (const batch of batches) {
    // All that is kept is more than a store looks up, which may not matter.
    const changes = merge(batch, { byId: entries, byAnswerId: [], byTwin: [], bySignature: [] })
    entries = applied(entries, changes)
  }
  return entries
}

function applied(entries: readonly Entry[], changes: readonly Change[]): Entry[] {
  const gone = new Set(changes.flatMap(({ before }) => (before === null ? [] : identityOf(before))))
  return [
    ...entries.filter((entry) => !gone.has(identityOf(entry))),
    ...changes.flatMap(({ after }) => after ?? []),
  ]
}

const own = kept(ended('a', { answerId: 'msg_1' }))
const estimated = kept(ended('a', { mark: 'estimated', answerId: null, usage: usage(100, 50) }))
const partial = kept(ended('a', { mark: 'partial', usage: usage(100, 3) }))
const imported = kept(logged('msg_1', { usage: usage(100, 20) }))
const taken = kept(logged('msg_1', { usage: usage(100, 1) }))
const twin = kept(nameless('n'))
const grown = kept(nameless('n', { usage: usage(100, 50) }))

test.each([
  [1, 'an attempt', [own]],
  [1, 'the same twice', [own, own]],
  [1, 'an imported one of the same answer', [own, imported]],
  [2, 'an imported one of another answer', [own, kept(logged('msg_2'))]],
  [1, 'one from a log without ids, with the same counts and time', [own, twin]],
  [1, 'the same one again', [own, twin, twin]],
  [2, 'two such, of which one only can be the same', [own, twin, kept(nameless('m'))]],
  [2, 'one of another time', [own, kept(nameless('n', { startedAtMs: NOON_MS + 60_000 }))]],
  [2, 'one with other counts', [own, kept(nameless('n', { usage: usage(101, 20) }))]],
  [
    1,
    'one that its log took too early',
    [own, twin, kept(nameless('n', { usage: usage(100, 1) }))],
  ],
  [2, 'one that has grown since it had the same counts', [own, twin, grown]],
  [2, 'one whose counts nobody knows', [own, kept(nameless('n', { usage: null }))]],
])('%d is kept of %s, in any order, and the one of the gateway is', (count, _what, entries) => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...entries], { minLength: entries.length }), (order) => {
      for (const found of [keep([order]), keep(order.map((entry) => [entry]))]) {
        expect(found).toHaveLength(count)
        expect(found.map(identityOf)).toContain('a')
      }
    }),
  )
})

test.each([
  ['a final count over an estimate', [own, estimated], own],
  ['a partial count over an estimate', [partial, estimated], partial],
  ['a final count over a partial one', [partial, own], own],
  ['the larger count of a log', [taken, imported], imported],
  ['what has a price', [own, kept(ended('a', { answerId: 'msg_1', picoUsd: null }))], own],
])('%s is kept, in any order', (_what, entries, expected) => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...entries], { minLength: entries.length }), (order) => {
      expect(keep([order])).toEqual([expected])
      expect(keep(order.map((entry) => [entry]))).toEqual([expected])
    }),
  )
})

test('what is kept already changes nothing', () => {
  const found = { ...own, twin: twin.id }
  expect(
    merge([own, imported, twin], { byId: [found], byAnswerId: [], byTwin: [], bySignature: [] }),
  ).toEqual([])
})

import { expect, test } from 'vitest'
import { pack, unpack } from '../../../src/adapters/ledger/packed.ts'
import { ended, logged, nameless } from '../../support/attempts.ts'

test('what was packed and copied is unpacked as it was', () => {
  const attempts = [
    ended('a'),
    ended('b', { usage: null, picoUsd: null, session: null, streaming: false, hop: 2 }),
    logged('c', { movedBy: 'limit', picoUsd: 2n ** 60n, project: '/a\n\0"' }),
    logged('c'),
    nameless('d', { usage: null }),
    nameless('d'),
  ]
  expect(unpack(structuredClone(pack(attempts)))).toEqual(attempts)
  expect(unpack(pack([]))).toEqual([])
})

test('what many have in common is copied once', () => {
  const { fields } = pack([logged('a'), logged('b'), logged('c')])
  expect(fields.source).toMatchObject({ values: ['claude-code'], ends: [3] })
  expect(fields.answerId.values).toEqual(['a', 'b', 'c'])
})

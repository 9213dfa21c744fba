import { expect, test } from 'vitest'
import { pack, unpack } from '../../../src/adapters/ledger/packed.ts'
import { record } from '../../support/attempts.ts'

test('what was packed and copied is unpacked as it was', () => {
  const records = [
    record('a'),
    record('b', { project: '/a\n\0"', session: null, isSidechain: true, billing: 'included' }),
    record('c', { agent: 'codex', answerId: null, requestId: 'req_1', provider: 'openai' }),
    record('c', { model: null, terms: { tier: 'other', usOnly: true, summed: true } }),
    record('d'),
    record('d'),
  ]
  expect(unpack(structuredClone(pack(records)))).toEqual(records)
  expect(unpack(pack([]))).toEqual([])
})

test('what many have in common is copied once', () => {
  const { fields } = pack([record('a'), record('b'), record('c')])
  expect(fields.agent).toMatchObject({ values: ['claude-code'], ends: [3] })
  expect(fields.answerId.values).toEqual(['a', 'b', 'c'])
})

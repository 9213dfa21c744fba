import { expect, test } from 'vitest'
import type { RequestReport } from '../../src/dashboard/api.ts'
import { requestRow } from '../../src/dashboard/requests.ts'

const REQUEST: RequestReport = {
  at: '2026-11-22T12:00:00.000Z',
  route: '/v1/messages',
  status: 200,
  ms: 1234,
  session: 'crawler',
  profile: 'budget',
  hops: ['claude/claude-haiku-5-5 answered'],
  addedMs: 3,
  costUsd: '0.01',
}
const MOVED = ['claude/claude-haiku-5-5 rate-limited', 'ollama/hf.co/x y:1 answered']

test.each<readonly [string, Partial<RequestReport>, object]>([
  [
    'answered',
    {},
    {
      who: 'crawler',
      outcome: 'answered',
      tone: 'good',
      took: '1.2 s',
      added: '3 ms',
      cost: '$0.01',
    },
  ],
  ['outside of any session', { session: null }, { who: 'budget' }],
  [
    'answered by another',
    { hops: MOVED },
    {
      outcome: 'answered at try 2',
      tone: 'moved',
      hops: [
        { model: 'claude-haiku-5-5', outcome: 'rate-limited', good: false },
        { model: 'hf.co/x y:1', good: true },
      ],
    },
  ],
  [
    'refused by all',
    { status: 529, hops: ['claude/x overloaded'] },
    { outcome: 'overloaded, 529', tone: 'bad' },
  ],
  [
    'that nobody could be asked',
    { status: 503, hops: [], addedMs: null },
    { outcome: 'nobody asked, 503', tone: 'bad', added: '' },
  ],
  ['that its program gave up', { status: 499 }, { outcome: 'the program left', tone: 'bad' }],
  ['that broke off', { hops: ['claude/x cut-short'] }, { outcome: 'cut-short', tone: 'bad' }],
  ['whose cost is known', { costUsd: '0.00340000' }, { cost: '$0.0034' }],
  ['whose cost is not', { costUsd: null }, { cost: 'unknown' }],
])('a request %s', (_, change, expected) => {
  expect(requestRow({ ...REQUEST, ...change })).toMatchObject(expected)
})

test('what is asked of the gateway itself is no request of the stream', () => {
  expect(requestRow({ ...REQUEST, route: '/metrics' })).toBeNull()
  expect(requestRow({ ...REQUEST, route: '/v1/models' })).toBeNull()
})

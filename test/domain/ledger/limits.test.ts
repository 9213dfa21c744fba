import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  grant,
  parseLimits,
  periodOf,
  recentOutputs,
  warningDue,
} from '../../../src/domain/ledger/limits.ts'

const USD = 1_000_000_000_000n
const FIVE = { picoUsd: 5n * USD, per: 'day' } as const

test.each([
  ['5/day', 5n * USD, 'day'],
  ['$5/day', 5n * USD, 'day'],
  ['0.50/day', USD / 2n, 'day'],
  ['100/month', 100n * USD, 'month'],
  ['0/day', 0n, 'day'],
  ['0.000000000001/day', 1n, 'day'],
])('%s is a limit', (text, picoUsd, per) => {
  expect(parseLimits(text, '--limit')).toEqual([{ picoUsd, per }])
})

test.each(['', '5', '5/week', '-5/day', '5€/day', '5/day/day', '1e3/day', '5 /day', '1000001/day'])(
  '%j is none, and the option is named',
  (text) => {
    expect(() => parseLimits(text, '--limit')).toThrow(/^--limit: /)
  },
)

test('a day and a month begin at local midnight', () => {
  const now = Date.parse('2026-11-22T03:00Z')
  const day = periodOf(FIVE, 'America/New_York', now)
  expect(new Date(day.sinceMs).toISOString()).toBe('2026-11-21T05:00:00.000Z')
  const month = periodOf({ ...FIVE, per: 'month' }, 'America/New_York', now)
  expect(new Date(month.sinceMs).toISOString()).toBe('2026-11-01T04:00:00.000Z')
})

test.each([
  [0n, 1n, null],
  [2n, 2n, null],
  [2n, 3n, 50],
  [2n, 4n, 80],
  [2n, 5n, 100],
  [5n, 9n, null],
  [4n, 9n, 100],
])(
  'when spending goes from %d to %d of 5 dollars, the warning is %s',
  (before, after, expected) => {
    expect(warningDue(FIVE, before * USD, after * USD)).toBe(expected)
  },
)

test('an answer is taken to be as long as nine of ten before it were', () => {
  const outputs = recentOutputs()
  expect(outputs.expected('a')).toBe(1000)
  for (const tokens of [10, 20, 30, 40, 50, 60, 70, 80, 90, 64_000]) outputs.add('a', tokens)
  expect(outputs.expected('a')).toBe(90)
  expect(outputs.expected('b')).toBe(1000)
  for (let i = 0; i < 100; i++) outputs.add('a', 7)
  expect(outputs.expected('a')).toBe(7)
})

test('one long answer alone does not decide what the next one needs', () => {
  const outputs = recentOutputs()
  outputs.add('a', 64_000)
  expect(outputs.expected('a')).toBe(1000)
  outputs.add('a', 64_000)
  expect(outputs.expected('a')).toBe(64_000)
})

test('what is lent to all together is never more than the limit', () => {
  const amount = fc.bigInt({ min: 0n, max: 6n * USD })
  const want = fc.record({ who: fc.nat(3), need: amount, cost: amount })
  fc.assert(
    fc.property(fc.array(want, { maxLength: 30 }), (wants) => {
      const shares = [0, 1, 2, 3].map(() => ({ spentPicoUsd: 0n, grantedPicoUsd: 0n }))
      for (const { who, need, cost } of wants) {
        const mine = shares[who] ?? { spentPicoUsd: 0n, grantedPicoUsd: 0n }
        const others = shares.filter((_, index) => index !== who)
        const granted = grant(FIVE, mine.spentPicoUsd, mine.spentPicoUsd + need, others)
        const isEnough = granted >= mine.spentPicoUsd + need
        const spent = mine.spentPicoUsd + (isEnough && cost <= need ? cost : 0n)
        shares[who] = { spentPicoUsd: spent, grantedPicoUsd: granted }
      }
      const lent = shares.reduce((sum, share) => sum + share.grantedPicoUsd, 0n)
      expect(lent <= FIVE.picoUsd).toBe(true)
    }),
  )
})

test('who asks first leaves something for others, and gets what it needs', () => {
  expect(grant(FIVE, 0n, USD / 10n, [])).toBe((5n * USD) / 4n)
  expect(grant(FIVE, 0n, 4n * USD, [])).toBe(4n * USD)
  const others = [{ spentPicoUsd: 4n * USD, grantedPicoUsd: 0n }]
  expect(grant(FIVE, 0n, 2n * USD, others)).toBe(USD)
})

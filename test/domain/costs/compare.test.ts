import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareCosts, type Plan } from '../../../src/domain/costs/compare.ts'
import { fraction, toFixed } from '../../../src/domain/costs/fraction.ts'
import {
  CATALOGUE_DATE,
  createCatalogue,
  requireModel,
} from '../../../src/domain/models/catalogue.ts'

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })
const MILLION = fraction(1_000_000)

interface Change {
  readonly names?: readonly [string, string, string]
  readonly asOf?: string
  readonly work?: Partial<Plan['work']>
  readonly premiumShare?: Plan['premiumShare']
}

function plan({ names = ['sonnet', 'haiku', 'ollama'], ...change }: Change = {}): Plan {
  const asOf = change.asOf ?? CATALOGUE_DATE
  const [premium, budget, free] = names
  const find = (name: string) => requireModel(catalogue, name, asOf).model
  return {
    models: { premium: find(premium), budget: find(budget), free: find(free) },
    work: {
      inputPerDay: MILLION,
      outputPerDay: MILLION,
      cacheReadShare: fraction(0),
      requestTokens: 20_000,
      batch: false,
      ...change.work,
    },
    premiumShare: change.premiumShare ?? fraction(1, 6),
    asOf,
  }
}

function figures(change?: Change) {
  return compareCosts(plan(change)).rows.map(({ scenario, daily, monthly, saving }) => [
    scenario,
    daily === null ? null : toFixed(daily, 2),
    monthly === null ? null : toFixed(monthly, 2),
    saving?.percent ?? null,
  ])
}

test('as of 2025-11-01 the figures of the old guide come out, its mix put right', () => {
  expect(figures({ asOf: '2025-11-01' })).toEqual([
    ['all premium', '18.00', '540.00', 0],
    ['premium + others budget', '8.00', '240.00', 56],
    ['premium + others free', '3.00', '90.00', 83],
    ['all budget', '6.00', '180.00', 67],
    ['all free', '0.00', '0.00', 100],
  ])
})

test('today', () => {
  expect(figures()).toEqual([
    ['all premium', '12.00', '360.00', 0],
    ['premium + others budget', '2.50', '75.00', 79],
    ['premium + others free', '2.00', '60.00', 83],
    ['all budget', '0.60', '18.00', 95],
    ['all free', '0.00', '0.00', 100],
  ])
})

test('Haiku 3.5 saved 73 % at its real price, not 80 %', () => {
  const names = ['sonnet-4.5', 'haiku-3.5', 'ollama'] as const
  expect(figures({ names, asOf: '2025-11-01' })[3]).toEqual(['all budget', '4.80', '144.00', 73])
})

test('batch halves what has a batch price', () => {
  expect(figures({ work: { batch: true } }).map(([, daily]) => daily)).toEqual([
    '6.00',
    '1.25',
    '1.00',
    '0.30',
    '0.00',
  ])
})

test.each([
  [100_000, '0.60'],
  [100_001, '3.00'],
])('a prompt of %d tokens prices the whole request of Haiku 5.5', (requestTokens, daily) => {
  expect(figures({ work: { requestTokens } })[3]?.[1]).toBe(daily)
})

test('cache reads are priced as such', () => {
  // 0.1M input at 2, 0.9M cache reads at 0.1, 1M output at 10.
  expect(figures({ work: { cacheReadShare: fraction(9, 10) } })[0]?.[1]).toBe('10.29')
})

test('an unknown price is unknown where it is needed, named, and never 0', () => {
  const names = ['gpt-4-turbo', 'haiku', 'ollama'] as const
  const cached = { names, work: { cacheReadShare: fraction(1, 2) } }
  expect(figures(cached).map(([, daily]) => daily)).toEqual([null, null, null, '0.56', '0.00'])
  expect(compareCosts(plan(cached)).unknown).toEqual(['cache read price of gpt-4-turbo'])
  expect(figures(cached).map(([, , , percent]) => percent)).toEqual([null, null, null, null, null])
  expect(figures({ names })[0]?.[1]).toBe('40.00')
})

test('without any share of the work, an unknown price does not matter', () => {
  const names = ['gpt-oss:120b-cloud', 'haiku', 'ollama'] as const
  const rows = figures({ names, premiumShare: fraction(0) })
  expect(rows.map(([, daily]) => daily)).toEqual([null, '0.60', '0.00', '0.60', '0.00'])
})

test('what costs nothing costs nothing in a batch, whose factor nobody knows', () => {
  const usual = plan({ work: { batch: true } })
  const free = { ...usual.models.free, batchFactor: null }
  const { rows, unknown } = compareCosts({ ...usual, models: { ...usual.models, free } })
  expect(rows.at(-1)?.daily).toEqual(fraction(0))
  expect(unknown).toEqual([])
})

test('against a free baseline there is no percentage', () => {
  expect(figures({ names: ['ollama', 'haiku', 'ollama'] })[3]).toEqual([
    'all budget',
    '0.60',
    '18.00',
    null,
  ])
})

test('a dearer choice saves less than nothing', () => {
  expect(figures({ names: ['sonnet', 'opus', 'ollama'] })[3]).toEqual([
    'all budget',
    '24.00',
    '720.00',
    -100,
  ])
})

test('a request that does not fit a window is named', () => {
  const change = {
    names: ['sonnet', 'haiku-4.5', 'ollama'] as const,
    work: { requestTokens: 200_001 },
  }
  expect(compareCosts(plan(change)).tooSmall.map(({ id }) => id)).toEqual([
    'claude-haiku-4-5-20251001',
  ])
})

test('a mix costs no less than its cheaper part and no more than its dearer one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 10 ** 9 }),
      (share, n) => {
        const work = { inputPerDay: fraction(n), outputPerDay: fraction(n) }
        const rows = compareCosts(plan({ work, premiumShare: fraction(share, 1000) })).rows
        const [premium, mix, , budget] = rows.map(({ daily }) =>
          Number(toFixed(daily ?? MILLION, 9)),
        )
        expect(mix).toBeLessThanOrEqual(premium ?? 0)
        expect(mix).toBeGreaterThanOrEqual(budget ?? 0)
      },
    ),
  )
})

import type { Model } from './model.ts'
import { banded, flat, row, since, type Prices, type RowFacts, type Words } from './row.ts'

const PRODUCTION: Words = {
  speed: 'fast',
  quality: 'highest',
  useCase: 'production, critical work',
}
const GENERAL: Words = { speed: 'fast', quality: 'high', useCase: 'general use' }
const BACKGROUND: Words = {
  speed: 'fastest',
  quality: 'good',
  useCase: 'background tasks, simple queries',
}
const HARDEST: Words = { speed: 'medium', quality: 'highest', useCase: 'the hardest work' }

const MODERN = [1_000_000, 128_000] as const
const CLASSIC = [200_000, 64_000] as const

const SONNET_3_TO_4: Prices = ['3', '15', '0.3', '3.75', '6']
const SONNET_LONG: Prices = ['6', '22.5', '0.6', '7.5', '12']
const OPUS_4_5_TO_5: Prices = ['5', '25', '0.5', '6.25', '10']
const OPUS_3_TO_4_1: Prices = ['15', '75', '1.5', '18.75', '30']
const FABLE: Prices = ['10', '50', '1', '12.5', '20']
const FABLE_5_1: Prices = ['10', '50', '0.25', '12.5', '20']

const LIMITED = 'limited access: by invitation only'

/**
 * Anthropic's pricing and model-deprecations pages (2026-08-22, newer rows October 2026), checked
 * against genai-prices 0.1.8 and pi-ai 1.5.2. Where a band exists, the whole prompt (input, cache
 * reads and writes) decides it, and it prices every token of the request.
 */
const LIVING: readonly Model[] = [
  claude('claude-haiku-5-5', {
    prices: [
      banded(['0.1', '0.5', '0.01', '0.125', '0.2'], 100_000, ['0.5', '2.5', '0.05', '0.625', '1']),
    ],
    limits: MODERN,
    life: { released: '2026-10-07', notRetiredBefore: '2027-10-07' },
    words: BACKGROUND,
  }),
  claude('claude-sonnet-5-5', {
    prices: [
      since(null, ['2', '10', '0.2', '2.5', '4']),
      since('2026-10-07', ['2', '10', '0.1', '2.5', '4']),
    ],
    limits: MODERN,
    life: { released: '2026-09-28', notRetiredBefore: '2027-09-28' },
    words: PRODUCTION,
    note: 'the release date comes from a copy of the table of the provider',
  }),
  claude('claude-opus-5-5', {
    prices: flat(['4', '20', '0.2', '5', '8']),
    limits: MODERN,
    life: { released: '2026-09-22', notRetiredBefore: '2027-09-22' },
    words: HARDEST,
    note: 'fast mode costs 8/40, by a third-party page only',
  }),
  claude('claude-fable-5-2', {
    prices: flat(['8', '40', '0.2', '10', '16']),
    limits: MODERN,
    words: HARDEST,
    note: 'the cache prices rest on one source, pi-ai of 2026-11-10; 1-hour writes at twice the input',
  }),
  claude('claude-fable-5-1', {
    prices: flat(FABLE_5_1),
    limits: MODERN,
    life: { released: '2026-09-01', notRetiredBefore: '2027-09-01' },
    words: HARDEST,
  }),
  claude('claude-mythos-5-1', {
    prices: flat(FABLE_5_1),
    limits: MODERN,
    life: { released: '2026-09-01', notRetiredBefore: '2027-09-01' },
    words: HARDEST,
    note: LIMITED,
  }),
  claude('claude-fable-5', {
    prices: flat(FABLE),
    limits: MODERN,
    life: { released: '2026-06-09', notRetiredBefore: '2027-06-09' },
    words: HARDEST,
  }),
  claude('claude-mythos-5', {
    prices: flat(FABLE),
    limits: MODERN,
    life: { released: '2026-06-09', notRetiredBefore: '2027-06-09' },
    words: HARDEST,
    note: LIMITED,
  }),
  claude('claude-sonnet-5', {
    prices: flat(['2', '10', '0.2', '2.5', '4']),
    limits: MODERN,
    life: { released: '2026-06-30', notRetiredBefore: '2027-06-30' },
    words: PRODUCTION,
  }),
  claude('claude-opus-5', {
    prices: flat(OPUS_4_5_TO_5),
    limits: MODERN,
    life: { released: '2026-07-24', notRetiredBefore: '2027-07-24' },
    words: HARDEST,
    note: 'fast mode costs 10/50',
  }),
  claude('claude-opus-4-8', {
    prices: flat(OPUS_4_5_TO_5),
    limits: MODERN,
    life: { released: '2026-05-28', notRetiredBefore: '2027-05-28' },
    words: HARDEST,
    note: 'fast mode costs 10/50',
  }),
  claude('claude-opus-4-7', {
    prices: flat(OPUS_4_5_TO_5),
    limits: MODERN,
    life: { released: '2026-04-16', notRetiredBefore: '2027-04-16' },
    words: HARDEST,
  }),
  claude('claude-opus-4-6', {
    prices: [
      banded(OPUS_4_5_TO_5, 200_000, ['10', '37.5', '1', '12.5', '20']),
      since('2026-03-13', OPUS_4_5_TO_5),
    ],
    limits: MODERN,
    life: { released: '2026-02-05', notRetiredBefore: '2027-02-05' },
    words: HARDEST,
    note: 'the surcharge above 200k tokens before 2026-03-13 rests on genai-prices alone',
  }),
  claude('claude-opus-4-5-20251101', {
    otherIds: ['claude-opus-4-5'],
    prices: flat(OPUS_4_5_TO_5),
    limits: CLASSIC,
    life: { released: '2025-11-24', notRetiredBefore: '2026-11-24' },
    words: HARDEST,
  }),
  claude('claude-sonnet-4-6', {
    prices: [banded(SONNET_3_TO_4, 200_000, SONNET_LONG), since('2026-03-13', SONNET_3_TO_4)],
    limits: MODERN,
    life: { released: '2026-02-17', notRetiredBefore: '2027-02-17' },
    words: PRODUCTION,
  }),
  claude('claude-sonnet-4-5-20250929', {
    otherIds: ['claude-sonnet-4-5'],
    prices: [banded(SONNET_3_TO_4, 200_000, SONNET_LONG), since('2026-04-30', SONNET_3_TO_4)],
    limits: CLASSIC,
    life: {
      released: '2025-09-29',
      deprecated: '2026-09-30',
      retires: '2026-11-30',
      replacement: 'claude-sonnet-5-5',
    },
    words: PRODUCTION,
    note: 'the beta with 1M tokens of context, priced higher above 200k, ended on 2026-04-30',
  }),
  claude('claude-haiku-4-5-20251001', {
    otherIds: ['claude-haiku-4-5'],
    prices: flat(['1', '5', '0.1', '1.25', '2']),
    limits: CLASSIC,
    life: { released: '2025-10-15', notRetiredBefore: '2026-10-15' },
    words: BACKGROUND,
  }),
]

const RETIRED: readonly Model[] = [
  claude('claude-opus-4-1-20250805', {
    otherIds: ['claude-opus-4-1'],
    prices: flat(OPUS_3_TO_4_1),
    limits: [200_000],
    life: ended(['2025-08-05', '2026-06-05', '2026-08-05'], 'claude-opus-4-8'),
    words: HARDEST,
  }),
  claude('claude-opus-4-20250514', {
    otherIds: ['claude-opus-4-0', 'claude-opus-4'],
    prices: flat(OPUS_3_TO_4_1),
    limits: [200_000],
    life: ended(['2025-05-22', '2026-04-14', '2026-06-15'], 'claude-opus-4-8'),
    words: HARDEST,
  }),
  claude('claude-sonnet-4-20250514', {
    otherIds: ['claude-sonnet-4-0', 'claude-sonnet-4'],
    prices: flat(SONNET_3_TO_4),
    limits: [200_000],
    life: ended(['2025-05-22', '2026-04-14', '2026-06-15'], 'claude-sonnet-4-6'),
    words: GENERAL,
  }),
  claude('claude-3-7-sonnet-20250219', {
    otherIds: ['claude-3-7-sonnet-latest'],
    prices: flat(SONNET_3_TO_4),
    limits: [200_000],
    life: ended(['2025-02-24', '2025-10-28', '2026-02-19'], 'claude-sonnet-4-6'),
    words: GENERAL,
  }),
  claude('claude-3-5-sonnet-20241022', {
    otherIds: ['claude-3-5-sonnet', 'claude-3-5-sonnet-latest'],
    prices: flat(SONNET_3_TO_4),
    limits: [200_000, 8192],
    life: ended(['2024-10-22', '2025-08-13', '2025-10-28'], 'claude-sonnet-4-6'),
    words: GENERAL,
  }),
  claude('claude-3-5-sonnet-20240620', {
    prices: flat(SONNET_3_TO_4),
    limits: [200_000, 8192],
    life: ended(['2024-06-20', '2025-08-13', '2025-10-28'], 'claude-sonnet-4-6'),
    words: GENERAL,
  }),
  claude('claude-3-5-haiku-20241022', {
    otherIds: ['claude-3-5-haiku-latest'],
    prices: flat(['0.8', '4', '0.08', '1', '1.6']),
    limits: [200_000],
    life: ended(['2024-11-04', '2025-12-19', '2026-02-19'], 'claude-haiku-4-5-20251001'),
    words: BACKGROUND,
    note: 'came out at 1/5 and was cut soon after; the day of the cut is not verified',
  }),
  claude('claude-3-haiku-20240307', {
    prices: flat(['0.25', '1.25', '0.03', '0.3', '0.5']),
    limits: [200_000],
    life: ended(['2024-03-13', '2026-02-19', '2026-04-20'], 'claude-haiku-4-5-20251001'),
    words: BACKGROUND,
  }),
  claude('claude-3-opus-20240229', {
    otherIds: ['claude-3-opus-latest'],
    prices: flat(OPUS_3_TO_4_1),
    limits: [200_000],
    life: ended(['2024-03-04', '2025-06-30', '2026-01-05'], 'claude-opus-4-8'),
  }),
]

export const CLAUDE_MODELS: readonly Model[] = [...LIVING, ...RETIRED]

function claude(id: string, facts: RowFacts): Model {
  return row({ provider: 'claude', batchFactor: '0.5' }, id, facts)
}

function ended(
  [released, deprecated, retires]: readonly [string, string, string],
  replacement: string,
): NonNullable<RowFacts['life']> {
  return { released, deprecated, retires, replacement }
}

import type { Model, PricePeriod } from './model.ts'
import { banded, flat, row, since, type Prices, type RowFacts, type Words } from './row.ts'

const BACKUP: Words = { speed: 'medium', quality: 'high', useCase: 'backup only' }
const FLAGSHIP: Words = { speed: 'medium', quality: 'highest', useCase: 'backup, critical work' }
const MIDDLE: Words = { speed: 'fast', quality: 'high', useCase: 'backup, general use' }
const SMALL: Words = { speed: 'fastest', quality: 'good', useCase: 'backup for background tasks' }

/** The long-context price of these begins at exactly 272,000 tokens of prompt. */
const FROM_272K = 271_999
/** Of the gpt-6 rows at one token more; both wordings are OpenAI's. */
const ABOVE_272K = 272_000

const LONG = [1_050_000, 128_000] as const
const MEDIUM = [400_000, 128_000] as const
const GPT_4O = [128_000, 16_384] as const
const GPT_4_1 = [1_047_576, 32_768] as const

const ENDED_2026_10 = { deprecated: '2026-04-22', retires: '2026-10-23' } as const
const ENDED_FOR_SOL = { ...ENDED_2026_10, replacement: 'gpt-5.6-sol' } as const
const ENDED_FOR_TERRA = { ...ENDED_2026_10, replacement: 'gpt-5.6-terra' } as const
const ENDS_2026_12 = { deprecated: '2026-06-11', retires: '2026-12-11' } as const
const ENDS_2027_01 = {
  deprecated: '2026-10-14',
  retires: '2027-01-14',
  replacement: 'gpt-6-luna',
} as const
const ENDS_2027_04 = { retires: '2027-04-01' } as const

const THIRD_PARTY_END = 'the shutdown date comes from a third-party page'

/**
 * genai-prices 0.1.8 and pi-ai 1.5.2, which agree; shutdown dates and replacements from OpenAI's
 * deprecations page (autumn 2026), the batch factor from its pricing page (2026-08-27). A price
 * that OpenAI does not publish, such as a cache write before gpt-5.6, is null. OpenAI has one
 * cache write price; it stands as the 5-minute one. Release days come from its changelog and from
 * the dated ids.
 */
const ACTIVE: readonly Model[] = [
  openai('gpt-6.1-sol', {
    prices: long272k(['2', '10', '0.1', '2.5'], ['4', '15', '0.2', '5']),
    limits: LONG,
    life: { released: '2026-09-29' },
    words: MIDDLE,
  }),
  openai('gpt-6.1-terra', {
    prices: long272k(['1', '5', '0.05', '1.25'], ['2', '7.5', '0.1', '2.5']),
    limits: LONG,
    words: MIDDLE,
    note: 'one source only: pi-ai of 2026-11-10',
  }),
  openai('gpt-6-astra', {
    prices: [banded(['10', '50', '1', '12.5'], FROM_272K, ['20', '75', '2', '25'])],
    limits: LONG,
    life: { released: '2026-09-03' },
    words: FLAGSHIP,
  }),
  openai('gpt-6-sol', {
    prices: long272k(['2', '10', '0.2', '2.5'], ['4', '15', '0.4', '5']),
    limits: LONG,
    life: { released: '2026-09-22' },
    words: MIDDLE,
  }),
  openai('gpt-6-luna', {
    prices: long272k(['0.1', '0.5', '0.01', '0.125'], ['0.2', '0.75', '0.02', '0.25']),
    limits: LONG,
    life: { released: '2026-09-22' },
    words: SMALL,
  }),
  openai('gpt-5.6-sol', {
    otherIds: ['gpt-5.6'],
    prices: [
      banded(['5', '30', '0.5', '6.25'], FROM_272K, ['10', '45', '1', '12.5']),
      cut('2026-08-21', ['4', '20', '0.4', '5'], ['8', '30', '0.8', '10']),
    ],
    limits: LONG,
    life: { released: '2026-07-09' },
    words: FLAGSHIP,
    note: 'the price since 2026-08-21 was promised until 2026-11-21 only; 5/30 may be back',
  }),
  openai('gpt-5.6-terra', {
    prices: [
      banded(['2.5', '15', '0.25', '3.125'], FROM_272K, ['5', '22.5', '0.5', '6.25']),
      cut('2026-07-30', ['2', '12', '0.2', '2.5'], ['4', '18', '0.4', '5']),
    ],
    limits: LONG,
    life: { released: '2026-07-09' },
    words: MIDDLE,
  }),
  openai('gpt-5.6-luna', {
    prices: [
      banded(['1', '6', '0.1', '1.25'], FROM_272K, ['2', '9', '0.2', '2.5']),
      cut('2026-07-30', ['0.2', '1.2', '0.02', '0.25'], ['0.4', '1.8', '0.04', '0.5']),
    ],
    limits: LONG,
    life: { released: '2026-07-09' },
    words: SMALL,
  }),
  openai('gpt-5.5', {
    otherIds: ['gpt-5.5-2026-04-23'],
    prices: [banded(['5', '30', '0.5'], FROM_272K, ['10', '45', '1'])],
    limits: [1_000_000, 128_000],
    life: { released: '2026-04-23' },
    words: FLAGSHIP,
  }),
  openai('gpt-5.4', {
    otherIds: ['gpt-5.4-2026-03-05'],
    prices: [banded(['2.5', '15', '0.25'], FROM_272K, ['5', '22.5', '0.5'])],
    limits: LONG,
    life: { released: '2026-03-05' },
    words: MIDDLE,
  }),
  openai('gpt-5.4-mini', {
    otherIds: ['gpt-5.4-mini-2026-03-17'],
    prices: flat(['0.75', '4.5', '0.075']),
    limits: MEDIUM,
    life: { released: '2026-03-17' },
    words: SMALL,
  }),
  openai('gpt-5.4-nano', {
    otherIds: ['gpt-5.4-nano-2026-03-17'],
    prices: flat(['0.2', '1.25', '0.02']),
    limits: MEDIUM,
    life: { released: '2026-03-17', ...ENDS_2027_04 },
    words: SMALL,
    note: THIRD_PARTY_END,
  }),
  openai('gpt-5.3-codex', {
    prices: flat(['1.75', '14', '0.175']),
    limits: MEDIUM,
    life: ENDS_2027_04,
    words: MIDDLE,
    note: THIRD_PARTY_END,
  }),
  openai('gpt-5.2', {
    otherIds: ['gpt-5.2-2025-12-11'],
    prices: flat(['1.75', '14', '0.175']),
    limits: MEDIUM,
    life: { released: '2025-12-11' },
    words: MIDDLE,
  }),
  openai('gpt-5.1', {
    otherIds: ['gpt-5.1-2025-11-13'],
    prices: flat(['1.25', '10', '0.125']),
    limits: MEDIUM,
    life: { released: '2025-11-13', ...ENDS_2027_04 },
    words: MIDDLE,
  }),
]

const ENDING: readonly Model[] = [
  openai('gpt-5', {
    otherIds: ['gpt-5-2025-08-07'],
    prices: flat(['1.25', '10', '0.125']),
    limits: MEDIUM,
    life: { released: '2025-08-07', ...ENDS_2026_12, replacement: 'gpt-6.1-sol' },
    words: MIDDLE,
  }),
  openai('gpt-5-mini', {
    otherIds: ['gpt-5-mini-2025-08-07'],
    prices: flat(['0.25', '2', '0.025']),
    limits: MEDIUM,
    life: { released: '2025-08-07', ...ENDS_2026_12, replacement: 'gpt-6.1-terra' },
    words: SMALL,
  }),
  openai('gpt-5-nano', {
    otherIds: ['gpt-5-nano-2025-08-07'],
    prices: flat(['0.05', '0.4', '0.005']),
    limits: MEDIUM,
    life: { released: '2025-08-07', ...ENDS_2026_12, replacement: 'gpt-5.6-luna' },
    words: SMALL,
  }),
  openai('o3', {
    otherIds: ['o3-2025-04-16'],
    prices: [since(null, ['10', '40']), since('2025-06-10', ['2', '8', '0.5'])],
    limits: [200_000, 100_000],
    life: { released: '2025-04-16', ...ENDS_2026_12, replacement: 'gpt-5.6-sol' },
  }),
  openai('gpt-4.1', {
    otherIds: ['gpt-4.1-2025-04-14'],
    prices: flat(['2', '8', '0.5']),
    limits: GPT_4_1,
    life: { released: '2025-04-14', ...ENDS_2027_01 },
    words: MIDDLE,
  }),
  openai('gpt-4.1-mini', {
    otherIds: ['gpt-4.1-mini-2025-04-14'],
    prices: flat(['0.4', '1.6', '0.1']),
    limits: GPT_4_1,
    life: { released: '2025-04-14', ...ENDS_2027_01 },
    words: SMALL,
  }),
  openai('gpt-4o', {
    otherIds: ['gpt-4o-2024-11-20', 'gpt-4o-2024-08-06'],
    prices: flat(['2.5', '10', '1.25']),
    limits: GPT_4O,
    life: { released: '2024-05-13', ...ENDS_2027_01 },
    words: MIDDLE,
  }),
  openai('gpt-4o-mini', {
    otherIds: ['gpt-4o-mini-2024-07-18'],
    prices: flat(['0.15', '0.6', '0.075']),
    limits: GPT_4O,
    life: { released: '2024-07-18', ...ENDS_2027_01 },
    words: SMALL,
  }),
]

const SHUT_DOWN: readonly Model[] = [
  openai('gpt-4-turbo', {
    otherIds: ['gpt-4-turbo-2024-04-09'],
    prices: flat(['10', '30']),
    limits: [128_000, 4096],
    life: { released: '2024-04-09', ...ENDED_FOR_SOL },
    words: BACKUP,
  }),
  openai('gpt-4', {
    otherIds: ['gpt-4-0613'],
    prices: flat(['30', '60']),
    limits: [8192, 8192],
    life: ENDED_FOR_SOL,
  }),
  openai('gpt-4o-2024-05-13', {
    prices: flat(['5', '15']),
    limits: [128_000, 4096],
    life: { released: '2024-05-13', ...ENDED_FOR_SOL },
  }),
  openai('o1', {
    otherIds: ['o1-2024-12-17'],
    prices: flat(['15', '60', '7.5']),
    limits: [200_000, 100_000],
    life: { released: '2024-12-17', ...ENDED_FOR_SOL },
  }),
  openai('o3-mini', {
    otherIds: ['o3-mini-2025-01-31'],
    prices: flat(['1.1', '4.4', '0.55']),
    limits: [200_000, 100_000],
    life: { released: '2025-01-31', ...ENDED_FOR_SOL },
  }),
  openai('o4-mini', {
    otherIds: ['o4-mini-2025-04-16'],
    prices: flat(['1.1', '4.4', '0.275']),
    limits: [200_000, 100_000],
    life: { released: '2025-04-16', ...ENDED_FOR_TERRA },
  }),
  openai('gpt-4.1-nano', {
    otherIds: ['gpt-4.1-nano-2025-04-14'],
    prices: flat(['0.1', '0.4', '0.025']),
    limits: GPT_4_1,
    life: { released: '2025-04-14', ...ENDED_2026_10, replacement: 'gpt-5.6-luna' },
  }),
  openai('gpt-3.5-turbo', {
    otherIds: ['gpt-3.5-turbo-0125'],
    prices: flat(['0.5', '1.5']),
    limits: [16_385],
    life: ENDED_FOR_TERRA,
  }),
]

export const OPENAI_MODELS: readonly Model[] = [...ACTIVE, ...ENDING, ...SHUT_DOWN]

function openai(id: string, facts: RowFacts): Model {
  return row({ provider: 'openai', batchFactor: '0.5' }, id, facts)
}

function long272k(base: Prices, above: Prices): readonly PricePeriod[] {
  return [banded(base, ABOVE_272K, above)]
}

function cut(from: string, base: Prices, above: Prices): PricePeriod {
  return { ...banded(base, FROM_272K, above), from }
}

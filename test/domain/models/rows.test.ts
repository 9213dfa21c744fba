import { expect, test } from 'vitest'
import { ALIASES, VERSIONED_ALIASES } from '../../../src/domain/models/aliases.ts'
import { CATALOGUE_DATE, createCatalogue } from '../../../src/domain/models/catalogue.ts'
import { parseIsoDate } from '../../../src/domain/models/dates.ts'
import type { Model } from '../../../src/domain/models/model.ts'
import { bandFor, pricesOn } from '../../../src/domain/models/prices.ts'

const { rows } = createCatalogue({ pins: {}, models: {}, ollamaModel: null })
const ids = new Set(rows.map(({ id }) => id))

function problems(model: Model): string[] {
  const { lifecycle, prices } = model
  const { released, deprecated, retires, notRetiredBefore, replacement } = lifecycle
  const days = [released, deprecated, retires, notRetiredBefore, ...prices.map((p) => p.from)]
  const order = [released, deprecated, retires].filter((day) => day !== null)
  const amounts = prices.flatMap((p) =>
    p.bands.flatMap((b) => [b.input, b.output, b.cacheRead, b.cacheWrite5m, b.cacheWrite1h]),
  )
  return [
    days.some((day) => day !== null && parseIsoDate(day) === null) ? 'a date is no date' : '',
    order.join() === order.toSorted().join() ? '' : 'the lifecycle runs backwards',
    replacement === null || (ids.has(replacement) && replacement !== model.id)
      ? ''
      : 'the replacement is not in the catalogue',
    prices.every((p) => ascending(p.bands.map((b) => b.aboveInputTokens)))
      ? ''
      : 'the bands do not ascend from 0',
    prices[0]?.from === null && ascendingDays(prices) ? '' : 'the price periods do not ascend',
    amounts.every((price) => price === null || /^(0|[1-9]\d*)(\.\d*[1-9])?$/.test(price))
      ? ''
      : 'a price is not a plain decimal',
  ].filter((problem) => problem !== '')
}

function ascending(starts: readonly number[]): boolean {
  return starts[0] === 0 && starts.every((start, at) => at === 0 || start > (starts[at - 1] ?? 0))
}

function ascendingDays(prices: Model['prices']): boolean {
  const days = prices.slice(1).map(({ from }) => from ?? '')
  return days.every((day, at) => day > (days[at - 1] ?? ''))
}

test('every row is well-formed', () => {
  expect(rows.length).toBeGreaterThan(50)
  expect(rows.flatMap((m) => problems(m).map((problem) => `${m.id}: ${problem}`))).toEqual([])
})

test('a malformed row is noticed', () => {
  const [good] = rows
  if (good === undefined) throw new Error('the catalogue is empty')
  const bad: Model = {
    ...good,
    prices: good.prices.map((period) => ({
      from: '2026-02-30',
      bands: [{ ...period.bands[0], aboveInputTokens: 5, input: '1.50' }],
    })),
    lifecycle: {
      ...good.lifecycle,
      released: '2026-01-02',
      retires: '2026-01-01',
      replacement: '?',
    },
  }
  expect(problems(bad)).toHaveLength(6)
})

test('ids and other ids are unique', () => {
  const all = rows.flatMap((m) => [m.id, ...m.otherIds])
  expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([])
})

test('every alias names a row, on ascending days', () => {
  for (const moves of ALIASES.values()) {
    const days = moves.map(({ from }) => from)
    expect(days).toEqual(days.toSorted())
    for (const { id } of moves) expect(ids).toContain(id)
  }
  for (const id of VERSIONED_ALIASES.values()) expect(ids).toContain(id)
})

test('no alias names a model that is gone, today', () => {
  const gone = rows.filter(({ lifecycle }) => (lifecycle.retires ?? '9') <= CATALOGUE_DATE)
  const named = [...ALIASES.values()].map((moves) => moves.at(-1)?.id)
  expect(gone.filter(({ id }) => named.includes(id))).toEqual([])
})

test('only local models are free', () => {
  const free = rows.filter((m) => m.prices.some((p) => p.bands.some((b) => b.input === '0')))
  expect(free.map(({ provider }) => provider)).toEqual(['ollama'])
})

// [in, out, cache read, 5 min write, 1 h write] of today, from the providers' own pages.
test.each([
  ['claude-haiku-5-5', 1, ['0.1', '0.5', '0.01', '0.125', '0.2']],
  ['claude-haiku-5-5', 100_001, ['0.5', '2.5', '0.05', '0.625', '1']],
  ['claude-sonnet-5-5', 1, ['2', '10', '0.1', '2.5', '4']],
  ['claude-opus-5-5', 1, ['4', '20', '0.2', '5', '8']],
  ['claude-fable-5-2', 1, ['8', '40', '0.2', '10', '16']],
  ['claude-mythos-5-1', 1, ['10', '50', '0.25', '12.5', '20']],
  ['claude-sonnet-4-6', 500_000, ['3', '15', '0.3', '3.75', '6']],
  ['claude-3-5-haiku-20241022', 1, ['0.8', '4', '0.08', '1', '1.6']],
  ['gpt-6-sol', 1, ['2', '10', '0.2', '2.5', null]],
  ['gpt-6.1-sol', 1, ['2', '10', '0.1', '2.5', null]],
  ['gpt-5.6-sol', 272_000, ['8', '30', '0.8', '10', null]],
  ['gpt-4-turbo', 1, ['10', '30', null, null, null]],
  ['llama3.2', 1, ['0', '0', '0', '0', '0']],
] as const)('%s at %d tokens of prompt', (id, tokens, expected) => {
  const model = rows.find((m) => m.id === id)
  const period = model === undefined ? null : pricesOn(model, CATALOGUE_DATE)
  const band = period === null ? null : bandFor(period, tokens)
  expect([
    band?.input,
    band?.output,
    band?.cacheRead,
    band?.cacheWrite5m,
    band?.cacheWrite1h,
  ]).toEqual(expected)
})

test('the rows of the guide carry its words', () => {
  const words = (id: string) => {
    const model = rows.find((m) => m.id === id)
    return [model?.speed, model?.quality, model?.useCase]
  }
  expect(words('claude-sonnet-4-5-20250929')).toEqual([
    'fast',
    'highest',
    'production, critical work',
  ])
  expect(words('claude-3-5-sonnet-20241022')).toEqual(['fast', 'high', 'general use'])
  expect(words('claude-3-5-haiku-20241022')).toEqual([
    'fastest',
    'good',
    'background tasks, simple queries',
  ])
  expect(words('llama3.2')).toEqual(['medium', 'good', 'testing, development, high volume'])
  expect(words('gpt-4-turbo')).toEqual(['medium', 'high', 'backup only'])
})

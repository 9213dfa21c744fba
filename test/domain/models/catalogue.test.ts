import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CATALOGUE_DATE,
  aliasesOn,
  createCatalogue,
  idsOf,
  knownNames,
  nextChangeAfter,
  requireModel,
  resolveModel,
} from '../../../src/domain/models/catalogue.ts'
import { ALIASES, VERSIONED_ALIASES } from '../../../src/domain/models/aliases.ts'
import { addDays, parseIsoDate } from '../../../src/domain/models/dates.ts'
import { lifecycleWarning, statusOn } from '../../../src/domain/models/lifecycle.ts'
import type { Model } from '../../../src/domain/models/model.ts'
import { bandFor, pricesOn, refreshDateOf } from '../../../src/domain/models/prices.ts'

const BARE = { pins: {}, models: {}, ollamaModel: null } as const
const catalogue = createCatalogue(BARE)
const TODAY = CATALOGUE_DATE
const GUIDE = '2025-11-01'

function model(id: string): Model {
  return requireModel(catalogue, id, TODAY).model
}

test.each([
  ['sonnet', TODAY, 'claude-sonnet-5-5'],
  ['haiku', TODAY, 'claude-haiku-5-5'],
  ['opus', TODAY, 'claude-opus-5-5'],
  ['gpt', TODAY, 'gpt-6-sol'],
  ['ollama', TODAY, 'llama3.2'],
  ['sonnet', GUIDE, 'claude-sonnet-4-5-20250929'],
  ['haiku', GUIDE, 'claude-haiku-4-5-20251001'],
  ['gpt', GUIDE, 'gpt-4-turbo'],
  ['opus', GUIDE, 'claude-opus-4-1-20250805'],
  ['haiku', '2024-11-04', 'claude-3-5-haiku-20241022'],
  ['sonnet', '2026-09-27', 'claude-sonnet-5'],
  ['sonnet', '2026-09-28', 'claude-sonnet-5-5'],
  ['gpt', '2026-10-22', 'gpt-4-turbo'],
])('on a day, an alias names one model: %s on %s is %s', (name, day, id) => {
  expect(resolveModel(catalogue, name, day)).toMatchObject({ id, via: 'alias' })
})

test.each([
  ['sonnet-3.5', 'claude-3-5-sonnet-20241022'],
  ['sonnet-4.5', 'claude-sonnet-4-5-20250929'],
  ['haiku-3.5', 'claude-3-5-haiku-20241022'],
  ['haiku-4.5', 'claude-haiku-4-5-20251001'],
  ['opus-5.5', 'claude-opus-5-5'],
  ['fable-5.2', 'claude-fable-5-2'],
])('a versioned alias never moves: %s', (name, id) => {
  for (const day of ['2020-01-01', GUIDE, TODAY, '2030-01-01']) {
    expect(resolveModel(catalogue, name, day)).toMatchObject({ id, via: 'versioned' })
  }
})

test.each(['gpt-4-turbo', 'claude-sonnet-4-5', 'claude-3-5-haiku-20241022', 'llama3.2'])(
  'an exact id is exported as it was written: %s',
  (id) => {
    expect(resolveModel(catalogue, id, TODAY)).toMatchObject({ id, via: 'id' })
  },
)

test('another id of a model is the same row', () => {
  expect(model('claude-sonnet-4-5').id).toBe('claude-sonnet-4-5-20250929')
})

test.each([
  'Sonnet',
  'claude-sonnet-5-5x',
  'claude-sonnet',
  'sonet',
  '',
  'constructor',
  '__proto__',
])('no name is matched nearly: %j', (name) => {
  expect(resolveModel(catalogue, name, TODAY)).toBeNull()
})

test.each([
  'qwen3:8b',
  'hf.co/bartowski/Llama-3.2-3B-GGUF:Q4_K_M',
  'gpt-oss:20b',
  'mistral:latest',
])('an unknown name:tag is a free local model: %s', (name) => {
  const found = resolveModel(catalogue, name, TODAY)
  expect(found).toMatchObject({ id: name, via: 'local', model: { provider: 'ollama' } })
  expect(found?.model.contextTokens).toBeNull()
  expect(found?.model.prices[0]?.bands[0]).toMatchObject({ input: '0', output: '0' })
})

test.each([
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'anthropic/claude-3.5-sonnet:beta',
  'gpt-4o:extended',
  'ft:gpt-4o-mini',
  'a:b:c',
  'qwen3:',
])('an id of a paid service is not taken for a free local model: %s', (name) => {
  expect(resolveModel(catalogue, name, TODAY)).toBeNull()
})

test('a model on the servers of Ollama has no known price', () => {
  const found = requireModel(catalogue, 'gpt-oss:120b-cloud', TODAY)
  expect(found.model.provider).toBe('ollama')
  expect(pricesOn(found.model, TODAY)).toBeNull()
})

test('the configured local model is what ollama means, whatever its form', () => {
  const own = createCatalogue({ ...BARE, ollamaModel: 'my-model' })
  expect(resolveModel(own, 'ollama', TODAY)).toMatchObject({ id: 'my-model', via: 'alias' })
  expect(resolveModel(own, 'my-model', TODAY)).toMatchObject({ id: 'my-model', via: 'local' })
  expect(resolveModel(catalogue, 'my-model', TODAY)).toBeNull()
})

test('ollama never means a paid model of the same name', () => {
  const own = createCatalogue({ ...BARE, ollamaModel: 'gpt-4o' })
  expect(resolveModel(own, 'ollama', TODAY)?.model.provider).toBe('ollama')
})

test('a pin wins over the moving alias and nothing else', () => {
  const pins = { sonnet: 'claude-sonnet-4-6', 'sonnet-4.5': 'gpt-4o', haiku: 'qwen3:8b' }
  const pinned = createCatalogue({ ...BARE, pins })
  expect(resolveModel(pinned, 'sonnet', TODAY)).toMatchObject({
    id: 'claude-sonnet-4-6',
    via: 'pin',
  })
  expect(resolveModel(pinned, 'sonnet-4.5', TODAY)?.id).toBe('claude-sonnet-4-5-20250929')
  expect(resolveModel(pinned, 'haiku', TODAY)).toMatchObject({ id: 'qwen3:8b' })
})

test('a pin to nothing known fails with the command that removes it', () => {
  const pinned = createCatalogue({ ...BARE, pins: { sonnet: 'claude-sonnet-9' } })
  expect(() => requireModel(pinned, 'sonnet', TODAY)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: '"sonnet" is pinned to an unknown model "claude-sonnet-9"',
      hint: 'run: llmsel models unpin sonnet',
    }),
  )
})

test('a user model replaces the row of the same id, its other ids included', () => {
  const mine: Model = { ...model('claude-sonnet-5-5'), contextTokens: 7, otherIds: ['work'] }
  const own = createCatalogue({ ...BARE, models: { [mine.id]: mine } })
  expect(resolveModel(own, 'sonnet', TODAY)?.model).toBe(mine)
  expect(resolveModel(own, 'work', TODAY)?.model).toBe(mine)
  expect(own.rows).toHaveLength(catalogue.rows.length)
})

test('what a name means has several ids, without those that a row of the user’s own has taken', () => {
  expect(idsOf(catalogue, 'haiku-4.5', TODAY)).toEqual([
    'claude-haiku-4-5-20251001',
    'claude-haiku-4-5',
  ])
  const mine: Model = { ...model('claude-haiku-4-5'), id: 'claude-haiku-4-5', otherIds: [] }
  const own = createCatalogue({ ...BARE, models: { [mine.id]: mine } })
  expect(idsOf(own, 'claude-haiku-4-5', TODAY)).toEqual(['claude-haiku-4-5'])
  expect(idsOf(own, 'claude-haiku-4-5-20251001', TODAY)).toEqual(['claude-haiku-4-5-20251001'])
  expect(idsOf(catalogue, 'unheard-of', TODAY)).toEqual(['unheard-of'])
})

test('an unknown name is a usage error with the nearest known one', () => {
  expect(() => requireModel(catalogue, 'sonet', TODAY)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'no model or alias "sonet"',
      hint: 'did you mean "sonnet"? run: llmsel models',
    }),
  )
})

test('before its first model an alias says from when it names one', () => {
  expect(() => requireModel(catalogue, 'sonnet', '2025-09-28')).toThrow(
    '"sonnet" names no model on 2025-09-28: only from 2025-09-29 on',
  )
})

test.each([
  ['claude-sonnet-4-5-20250929', '2026-09-29', 'active'],
  ['claude-sonnet-4-5-20250929', '2026-10-01', 'ending'],
  ['claude-sonnet-4-5-20250929', '2026-11-29', 'ending'],
  ['claude-sonnet-4-5-20250929', '2026-11-30', 'retired'],
  ['gpt-4-turbo', '2026-04-22', 'deprecated'],
  ['gpt-4-turbo', TODAY, 'retired'],
  ['gpt-5', TODAY, 'ending'],
  ['gpt-5.1', TODAY, 'active'],
  ['claude-haiku-4-5-20251001', TODAY, 'active'],
] as const)('%s on %s is %s', (id, day, status) => {
  expect(statusOn(model(id), day)).toBe(status)
})

test.each([
  [
    'claude-3-5-haiku-20241022',
    'claude-3-5-haiku-20241022 was retired on 2026-02-19: requests fail; use claude-haiku-4-5-20251001',
  ],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5 retires on 2026-11-30; use claude-sonnet-5-5'],
  ['claude-sonnet-5-5', null],
])('the warning for %s', (name, warning) => {
  expect(lifecycleWarning(requireModel(catalogue, name, TODAY), TODAY)).toBe(warning)
})

test('the warning for a model that is deprecated and far from its end', () => {
  const found = requireModel(catalogue, 'gpt-4.1', '2026-10-20')
  expect(lifecycleWarning(found, '2026-10-20')).toBe(
    'gpt-4.1 is deprecated and retires on 2027-01-14; use gpt-6-luna',
  )
})

test.each([
  ['sonnet', GUIDE, '2026-02-17'],
  ['sonnet', TODAY, null],
  ['sonnet', '2024-01-01', '2025-09-29'],
  ['gpt', GUIDE, '2026-04-22'],
  ['gpt', '2026-04-22', '2026-08-24'],
  ['gpt', '2026-08-24', '2026-10-23'],
  ['sonnet-4.5', TODAY, '2026-11-30'],
  ['sonnet-4.5', '2026-11-30', null],
  ['qwen3:8b', TODAY, null],
])('after it, %s next changes: from %s on %s', (name, day, next) => {
  expect(nextChangeAfter(catalogue, name, day)).toBe(next)
})

test('a pinned alias no longer moves, but its model still ends', () => {
  const pinned = createCatalogue({ ...BARE, pins: { haiku: 'claude-3-5-haiku-20241022' } })
  expect(nextChangeAfter(pinned, 'haiku', '2025-01-01')).toBe('2025-12-19')
  expect(nextChangeAfter(pinned, 'haiku', '2026-02-19')).toBeNull()
})

test('between two changes, resolution and warning stay as they are', () => {
  const day = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2023-06-01', days))
  const name = fc.constantFrom(...ALIASES.keys(), ...VERSIONED_ALIASES.keys(), 'ollama', 'gpt-5')
  fc.assert(
    fc.property(name, day, fc.integer({ min: 0, max: 400 }), (alias, from, later) => {
      const end = nextChangeAfter(catalogue, alias, from)
      const to = addDays(from, later)
      fc.pre(end === null || to < end)
      expect(seen(alias, to)).toEqual(seen(alias, from))
    }),
  )
})

function seen(name: string, day: string) {
  const found = resolveModel(catalogue, name, day)
  return [found?.id, found === null ? null : lifecycleWarning(found, day)]
}

test('an alias only moves forwards', () => {
  const day = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2023-06-01', days))
  fc.assert(
    fc.property(fc.constantFrom(...ALIASES), day, day, ([alias, moves], a, b) => {
      const [early, late] = a < b ? [a, b] : [b, a]
      const position = (on: string) =>
        moves.findIndex(({ id }) => id === resolveModel(catalogue, alias, on)?.id)
      expect(position(late)).toBeGreaterThanOrEqual(position(early))
    }),
  )
})

test('known names start with the aliases and hold every id once', () => {
  const names = knownNames(createCatalogue({ ...BARE, ollamaModel: 'my-model' }))
  expect(names[0]).toBe('sonnet')
  expect(names).toContain('claude-sonnet-4-5')
  expect(names).toContain('my-model')
  expect(new Set(names).size).toBe(names.length)
})

test('the aliases of a model, as of a day', () => {
  expect(aliasesOn(catalogue, TODAY).get('claude-haiku-4-5-20251001')).toEqual(['haiku-4.5'])
  expect(aliasesOn(catalogue, GUIDE).get('claude-haiku-4-5-20251001')).toEqual([
    'haiku',
    'haiku-4.5',
  ])
})

test.each([
  ['claude-sonnet-5-5', '2026-10-06', 1, '0.2'],
  ['claude-sonnet-5-5', '2026-10-07', 1, '0.1'],
  ['claude-haiku-5-5', TODAY, 100_000, '0.01'],
  ['claude-haiku-5-5', TODAY, 100_001, '0.05'],
  ['claude-sonnet-4-5-20250929', GUIDE, 200_001, '0.6'],
  ['claude-sonnet-4-5-20250929', '2026-04-30', 200_001, '0.3'],
  ['gpt-4-turbo', GUIDE, 1, null],
])('cache reads of %s on %s for %d tokens cost %s', (id, day, tokens, price) => {
  const period = pricesOn(model(id), day)
  expect(period === null ? period : bandFor(period, tokens).cacheRead).toBe(price)
})

test.each([
  ['2026-11-22', '2026-11-22'],
  ['2024-02-29', '2024-02-29'],
  ['2026-02-29', null],
  ['2026-13-01', null],
  ['2026-1-1', null],
  ['tomorrow', null],
  ['', null],
])('a date is a real day or nothing: %j', (text, date) => {
  expect(parseIsoDate(text)).toBe(date)
})

test('a price knows the refresh that it is from, on the days on which it is in force', () => {
  const known = model('claude-sonnet-5-5')
  const [first] = known.prices
  if (first === undefined) throw new Error('no price')
  const repriced = { ...known, prices: [first, { from: '2026-12-01', bands: first.bands }] }
  const fresh = { ...known, id: 'gpt-7', otherIds: [], prices: [first] }
  const refreshed = { date: '2026-12-02', source: 'x', listed: 2, rows: [repriced, fresh] }
  const later = createCatalogue({ ...BARE, refreshed })
  const on = (id: string, ...days: [string, string?]) =>
    refreshDateOf([model('claude-opus-5-5'), requireModel(later, id, TODAY).model], ...days)
  expect(on('sonnet', '2026-11-30')).toBeNull()
  expect(on('sonnet', '2026-12-01')).toBe('2026-12-02')
  expect(on('sonnet', '2026-11-01', '2026-11-30')).toBeNull()
  expect(on('sonnet', '2026-11-01', '2026-12-01')).toBe('2026-12-02')
  expect(on('gpt-7', '2026-01-01')).toBe('2026-12-02')
  expect(on('haiku', '2026-12-01')).toBeNull()
})

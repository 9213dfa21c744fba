import { expect, test } from 'vitest'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import type { Refresh } from '../../../src/domain/models/catalogue.ts'
import { planRefresh } from '../../../src/domain/models/refresh.ts'

const EMPTY = { pins: {}, models: {}, ollamaModel: null }

function plan(models: object, before: Refresh | null = null) {
  return planText(JSON.stringify({ anthropic: { models } }), before)
}

function planText(text: string, before: Refresh | null = null) {
  const catalogue = createCatalogue({ ...EMPTY, refreshed: before })
  return planRefresh({ catalogue, before, today: '2026-12-01', source: 'list' }, text)
}

const SAME = { cost: { input: 2, output: 10, cache_read: 0.1, cache_write: 2.5 } }

test('a known price changes nothing, in other digits too', () => {
  const { added, changed, unchanged } = plan({ 'claude-sonnet-5-5': SAME })
  expect({ added, changed, unchanged }).toEqual({ added: [], changed: [], unchanged: 1 })
})

test('a second refresh adds to the price history of the first', () => {
  const first = plan({ 'claude-sonnet-5-5': { cost: { input: 3, output: 15 } } }).refresh
  const earlier = { ...first, date: '2026-11-25' }
  const again = plan({ 'claude-sonnet-5-5': { cost: { input: 3, output: 15 } } }, earlier)
  expect(again.changed).toEqual([])
  expect(again.refresh.rows).toHaveLength(1)
})

test.each([
  ['claude-haiku-5-5', { cost: { input: 0.2, output: 1 } }, 'its price changed, and it has'],
  [
    'claude-sonnet-5-5',
    { cost: { ...SAME.cost, context_over_200k: { input: 4, output: 20 } } },
    'its price for long prompts',
  ],
  ['gpt-5.4', { cost: { input: 2.5, output: 15 } }, 'the catalogue has it from openai'],
])('%s is left alone where the list does not say enough', (id, row, why) => {
  const { skipped, refresh } = plan({ [id]: row })
  expect(skipped).toEqual([{ id, why: expect.stringContaining(why) }])
  expect(refresh.rows).toEqual([])
})

test.each([
  ['a negative price', { cost: { input: -1, output: 2 } }, 'cost.input is -1'],
  ['a price in words', { cost: { input: '1', output: 2 } }, 'cost.input is "1"'],
  ['half a price', { cost: { input: 1 } }, 'without input or output'],
  ['a price 100 times as high', { cost: { input: 200, output: 10 } }, 'from $2 to $200'],
  ['a paid model for nothing', { cost: { input: 0, output: 0 } }, 'from $2 to $0'],
  ['a window of 0', { ...SAME, limit: { context: 0 } }, 'limit.context is 0'],
  ['no object', 7, 'is no object'],
])('%s refuses the whole list and names the row', (_, row, reason) => {
  expect(() => plan({ x: SAME, 'claude-sonnet-5-5': row })).toThrow(reason)
  expect(() => plan({ x: SAME, 'claude-sonnet-5-5': row })).toThrow('"claude-sonnet-5-5"')
})

test.each([
  ['<!doctype html>', 'is not JSON'],
  ['[]', 'must hold one JSON object'],
  ['{}', 'names no model'],
  ['{"anthropic": {"models": {}}}', 'names no model'],
  ['{"anthropic": {}}', 'has no models in it'],
])('the list %s is refused', (text, reason) => {
  expect(() => planText(text)).toThrow(reason)
})

test('a list of fewer than half the models of the last one is refused', () => {
  const before = { date: '2026-11-25', source: 'list', listed: 3, rows: [] }
  expect(() => plan({ x: SAME }, before)).toThrow('has 1 models')
})

test('a model that was listed without a price gets it from a later list', () => {
  const first = plan({ 'claude-next': { limit: { context: 9 } } }).refresh
  const before = { ...first, date: '2026-11-25' }
  const long = { input: 6, output: 20 }
  const later = plan(
    { 'claude-next': { cost: { input: 3, output: 15, context_over_200k: long } } },
    before,
  )
  expect(later.changed).toMatchObject([{ id: 'claude-next', before: null, after: { input: '3' } }])
  const [known] = later.refresh.rows
  expect(known?.contextTokens).toBe(9)
  expect(known?.prices).toMatchObject([
    { from: '2026-12-01', bands: [{ input: '3' }, { aboveInputTokens: 200_000, input: '6' }] },
  ])
})

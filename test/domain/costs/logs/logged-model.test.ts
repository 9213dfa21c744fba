import { expect, test } from 'vitest'
import { loggedModel, recordCost } from '../../../../src/domain/costs/logs/logged-model.ts'
import { NO_USAGE } from '../../../../src/domain/costs/counts.ts'
import type { LogRecord } from '../../../../src/domain/costs/logs/record.ts'
import { STANDARD } from '../../../../src/domain/costs/terms.ts'
import { createCatalogue } from '../../../../src/domain/models/catalogue.ts'

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })

const RECORD: LogRecord = {
  agent: 'claude-code',
  id: 'a',
  answerId: null,
  requestId: null,
  atMs: Date.UTC(2026, 10, 22),
  provider: null,
  model: 'claude-opus-5-5',
  project: null,
  session: null,
  isSidechain: false,
  usage: { ...NO_USAGE, input: 1000, webSearches: 1 },
  terms: STANDARD,
  billing: 'included',
}

test.each([
  [null, 'claude-opus-5-5', 'claude-opus-5-5'],
  [null, 'claude-opus-5-5-20990101', undefined],
  [null, null, undefined],
  [null, 'qwen3:8b', 'qwen3:8b'],
  [null, 'mixtral:8x7b-instruct-q4_K_M', 'mixtral:8x7b-instruct-q4_K_M'],
  [null, 'gemma3n:e4b', 'gemma3n:e4b'],
  [null, 'llama3.2:latest', 'llama3.2'],
  // Names of services for money.
  [null, 'z-ai/glm-4.6:exacto', undefined],
  [null, 'x-ai/grok-4:online', undefined],
  [null, 'deepseek-chat-v3.1:nitro', undefined],
  [null, 'meta-llama/llama-3.3:70b', undefined],
  [null, 'mistral.mistral-large-2402-v1:0', undefined],
  ['llmsel', 'mine:v2', 'mine:v2'],
  ['llmsel', 'gpt-6-sol', 'gpt-6-sol'],
  ['openai', 'gpt-6-sol', 'gpt-6-sol'],
  ['anthropic', 'claude-opus-4-5', 'claude-opus-4-5-20251101'],
  ['ollama', 'qwen3:8b', 'qwen3:8b'],
  // Elsewhere the same name has another price.
  ['github-copilot', 'gpt-5', undefined],
  ['azure', 'gpt-6-sol', undefined],
  ['openai', 'claude-opus-5-5', undefined],
  ['google', 'gemini-3-pro', undefined],
])('of provider %s, %s is the row %s', (provider, model, id) => {
  expect(loggedModel(catalogue, { provider, model })?.id).toBe(id)
})

test('a name that says nothing is local where it is the configured one', () => {
  const mine = createCatalogue({ pins: {}, models: {}, ollamaModel: 'mine:v2' })
  expect(loggedModel(mine, { provider: null, model: 'mine:v2' })?.provider).toBe('ollama')
  expect(loggedModel(catalogue, { provider: null, model: 'mine:v2' })).toBeNull()
})

test.each<readonly [Partial<LogRecord>, string]>([
  [{}, '14000000000'],
  [{ terms: { ...STANDARD, tier: 'fast' } }, '18000000000'],
  [{ model: null }, 'prices of a model without a name'],
  [{ provider: 'bedrock' }, 'prices of claude-opus-5-5'],
])('a record with %j costs %s at the list price', (change, expected) => {
  const cost = recordCost(catalogue, { ...RECORD, ...change })
  expect('unknown' in cost ? cost.unknown : String(cost.picoUsd)).toBe(expected)
})

import { expect, test } from 'vitest'
import type { LogRecord } from '../../../src/domain/costs/logs/record.ts'
import { loggedAttempt } from '../../../src/domain/ledger/logged-attempt.ts'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import { record } from '../../support/attempts.ts'

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })

const RECORD = record('resp_1', { agent: 'codex', model: 'gpt-6-sol' })

const PRICED = 1000n * 2_000_000n + 100n * 10_000_000n

test.each<readonly [string, Partial<LogRecord>, string, bigint | null]>([
  ['the agent’s own provider', {}, 'openai', PRICED],
  ['a provider by its other name', { provider: 'openai' }, 'openai', PRICED],
  ['through a gateway of ours', { provider: 'llmsel' }, 'openai', PRICED],
  // Others have prices of their own.
  ['elsewhere', { provider: 'openrouter' }, 'openrouter', null],
  [
    'Claude by its maker',
    { agent: 'opencode', provider: 'anthropic', model: 'claude-opus-5-5' },
    'claude',
    1000n * 4_000_000n + 100n * 20_000_000n,
  ],
  ['a model that nobody knows', { agent: 'gemini-cli', model: 'gemini-9' }, 'google', null],
  ['no model', { agent: 'goose', model: null }, 'unknown', null],
])('%s', (_, changes, provider, picoUsd) => {
  const attempt = loggedAttempt({ ...RECORD, ...changes }, { catalogue, unsaid: 'api' })
  expect(attempt).toMatchObject({ provider, picoUsd, outcome: 'answered', mark: 'final' })
})

test.each([
  ['unknown', 'api', 'api'],
  ['unknown', 'included', 'included'],
  ['api', 'included', 'api'],
  ['included', 'api', 'included'],
] as const)('billing that is %s, where %s is taken for it: %s', (billing, unsaid, kind) => {
  expect(loggedAttempt({ ...RECORD, billing }, { catalogue, unsaid }).kind).toBe(kind)
})

import { expect, test } from 'vitest'
import type { LogRecord } from '../../../../src/domain/costs/logs/record.ts'
import {
  isSameAnswer,
  loggedModel,
  type RelayedAnswer,
} from '../../../../src/domain/costs/logs/same-answer.ts'
import { STANDARD } from '../../../../src/domain/costs/terms.ts'
import type { Usage } from '../../../../src/domain/costs/usage.ts'
import { createCatalogue } from '../../../../src/domain/models/catalogue.ts'

const USAGE: Usage = {
  input: 10,
  cacheRead: 20,
  cacheWrite5m: 30,
  cacheWrite1h: 0,
  output: 40,
  webSearches: 0,
  webFetches: 0,
}

const AT = Date.UTC(2026, 10, 22)
const LONG = 'msg_01AbCdEfGhIjKlMnOpQrStUv'

const RECORD: LogRecord = {
  agent: 'claude-code',
  id: LONG,
  messageId: LONG,
  requestId: 'req_011CSHoEeqs5C35K2UUqR7Fy',
  atMs: AT,
  provider: null,
  model: 'claude-opus-5-5',
  project: null,
  session: null,
  isSidechain: false,
  usage: USAGE,
  terms: STANDARD,
  billing: 'unknown',
}

const RELAYED: RelayedAnswer = {
  messageId: LONG,
  requestId: null,
  endedAtMs: AT,
  usage: USAGE,
}

test.each<readonly [string, Partial<LogRecord>, Partial<RelayedAnswer>, boolean]>([
  ['the same message id', {}, { endedAtMs: 0, usage: null }, true],
  ['another message id, the same tokens', {}, { messageId: `${LONG}x` }, false],
  ['the same request id', { messageId: null }, { requestId: RECORD.requestId, usage: null }, true],
  ['no id, the same tokens at the same time', { messageId: null }, { messageId: null }, true],
  ['a short id is no proof', { messageId: 'msg_1' }, { messageId: 'msg_1', usage: null }, false],
  [
    'short ids that differ, the same tokens',
    { messageId: 'a' },
    { messageId: 'b', usage: USAGE },
    true,
  ],
  ['ten seconds apart', { messageId: null }, { endedAtMs: AT - 10_000 }, true],
  ['longer apart', { messageId: null }, { endedAtMs: AT + 10_001 }, false],
  ['a token more', { messageId: null }, { usage: { ...USAGE, output: 41 } }, false],
  [
    'the log does not tell the kinds of cache write apart',
    { messageId: null },
    { usage: { ...USAGE, cacheWrite5m: 0, cacheWrite1h: 30 } },
    true,
  ],
])('%s', (_name, record, relayed, same) => {
  expect(isSameAnswer({ ...RECORD, ...record }, { ...RELAYED, ...relayed })).toBe(same)
})

test.each([
  [null, 'claude-opus-5-5', 'claude-opus-5-5'],
  [null, 'claude-opus-5-5-20990101', undefined],
  [null, null, undefined],
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
  const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })
  expect(loggedModel(catalogue, { provider, model })?.id).toBe(id)
})

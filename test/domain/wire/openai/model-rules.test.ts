import { expect, test } from 'vitest'
import type { Effort } from '../../../../src/domain/wire/conversation.ts'
import { openaiChat } from '../../../../src/domain/wire/openai/chat.ts'
import {
  effortFor,
  modelRules,
  needsResponses,
} from '../../../../src/domain/wire/openai/model-rules.ts'
import { BARE, target } from '../../../support/openai-wire.ts'

const TOOLS = [{ name: 'f', description: null, schema: {}, strict: null }]

// As the API answered for each model: the OpenAI community's table of January 2026, and for gpt-5.6
// and later the refusals that users reported from July to November 2026.
test.each([
  ['o1', 'low medium high'],
  ['o4-mini-2025-04-16', 'low medium high'],
  ['codex-mini-latest', 'low medium high'],
  ['gpt-5', 'minimal low medium high'],
  ['gpt-5-nano-2025-08-07', 'minimal low medium high'],
  ['gpt-5-codex', 'low medium high'],
  ['gpt-5-pro', 'high'],
  ['gpt-5-chat-latest', ''],
  ['gpt-5.1', 'none low medium high'],
  ['gpt-5.1-codex-max', 'low medium high xhigh'],
  ['gpt-5.2', 'none low medium high xhigh'],
  ['gpt-5.2-pro', 'medium high xhigh'],
  ['gpt-5.3-codex', 'low medium high xhigh'],
  ['gpt-5.6-terra', 'none low medium high xhigh max'],
  ['gpt-5.10', 'none low medium high xhigh max'],
  ['gpt-6-astra', 'low medium high xhigh max'],
  ['gpt-6.1-sol', 'low medium high xhigh max'],
  ['openai/gpt-6-luna', 'none low medium high xhigh max'],
  ['gpt-4o', ''],
  ['gpt-4.1-mini', ''],
  ['ft:gpt-4.1-mini:acme::x', ''],
  ['chatgpt-4o-latest', ''],
  ['gpt-oss-20b', 'low medium high'],
  ['qwen3-coder:30b', 'low medium high'],
])('%s takes the efforts %j', (model, efforts) => {
  expect(modelRules(target(model)).efforts.join(' ')).toBe(efforts)
})

// What OpenAI refused in Chat Completions, by users' reports of May to November 2026.
test.each([
  ['gpt-6-sol', true, false],
  ['openai/gpt-6-luna', true, false],
  ['gpt-6-astra', true, false],
  ['gpt-5.6-terra', true, false],
  ['gpt-5.2', true, false],
  ['gpt-5.1', false, false],
  ['gpt-5', false, false],
  ['gpt-4o', false, false],
  ['gpt-5.1-codex-max', true, true],
  ['codex-mini-latest', true, true],
  ['o3-pro', true, true],
  ['gpt-5-pro-2025-10-06', true, true],
  ['o4-mini', false, false],
  ['qwen3-pro', false, false],
])('%s wants Responses with tools: %s, without: %s', (model, withTools, without) => {
  expect(needsResponses(target(model), { ...BARE, tools: TOOLS })).toBe(withTools)
  expect(needsResponses(target(model), BARE)).toBe(without)
})

test('a model known not to think is told nothing of it', () => {
  expect(modelRules(target('qwen3-coder', { thinking: false })).efforts).toEqual([])
})

test.each<[Effort | null, string, string | null]>([
  [null, 'low medium high', null],
  ['high', 'low medium high', 'high'],
  ['xhigh', 'low medium high', 'high'],
  ['max', 'none low medium high xhigh', 'xhigh'],
  ['minimal', 'none low medium high', 'low'],
  ['none', 'none low medium high', 'none'],
  ['none', 'minimal low medium high', 'minimal'],
  ['low', 'high', 'high'],
  ['high', '', null],
])('%s becomes of %j: %s', (wanted, known, effort) => {
  const efforts = known.split(' ').filter((each): each is Effort => each !== '')
  expect(effortFor(wanted, efforts)).toBe(effort)
})

test.each<[string, Effort | null, unknown, readonly string[]]>([
  ['gpt-5', 'high', 'high', []],
  ['gpt-5.1', 'none', 'none', []],
  ['gpt-5.4', 'high', undefined, ['effort']],
  ['gpt-5.4', null, undefined, []],
  ['gpt-5.6-sol', 'high', 'none', ['effort']],
  ['gpt-6.1-sol', null, 'none', []],
  ['gpt-6.1-sol', 'none', 'none', []],
  ['gpt-4.1', 'high', undefined, ['effort']],
  ['gpt-4.1', 'none', undefined, []],
])('Chat Completions beside tools: %s with effort %s is asked with %s', (...row) => {
  const [model, effort, asked, dropped] = row
  const written = openaiChat.writeRequest({ ...BARE, tools: TOOLS, effort }, target(model))
  expect(written).toMatchObject({ dropped })
  expect('body' in written ? written.body['reasoning_effort'] : null).toBe(asked)
})

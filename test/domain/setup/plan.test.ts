import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { OLLAMA_URL } from '../../../src/domain/profiles/ollama-host.ts'
import { isEmpty, ollamaPlaces, planOf, withSettings } from '../../../src/domain/setup/plan.ts'
import type { Answers } from '../../../src/domain/setup/propose.ts'
import { BARE, BASH, withOllama } from '../../support/setup-facts.ts'

const ANSWERS: Answers = { profile: 'budget', ollamaModel: 'qwen3:8b', shells: ['bash'], keys: [] }

function plan(document: JsonObject, answers: Partial<Answers> = {}, facts = {}) {
  const all = { ...BARE, shells: [BASH], ...facts }
  return planOf({ ...ANSWERS, ...answers }, all, { document, ollamaUrl: OLLAMA_URL })
}

test('what differs is changed, with what was there before', () => {
  expect(plan({ default: 'premium' }, { keys: ['openai'] })).toEqual({
    settings: [
      { key: 'default', before: 'premium', after: 'budget' },
      { key: 'providers.ollama.model', before: null, after: 'qwen3:8b' },
    ],
    keys: ['openai'],
    shells: [{ shell: 'bash', files: ['/home/me/.bashrc'] }],
  })
})

test('what a plan has set is in no further plan, and all else in the file stays', () => {
  const before = { default: 'premium', pins: { sonnet: 'claude-sonnet-4-6' } }
  const after = withSettings(before, plan(before))
  expect(after).toEqual({
    default: 'budget',
    pins: { sonnet: 'claude-sonnet-4-6' },
    providers: { ollama: { model: 'qwen3:8b' } },
  })
  const loaded = { shells: [{ ...BASH, loads: true, changes: [] }] }
  expect(isEmpty(plan(after, {}, loaded))).toBe(true)
})

test('no local model and no shell wanted: neither is touched', () => {
  expect(plan({ default: 'budget' }, { ollamaModel: null, shells: [] })).toEqual({
    settings: [],
    keys: [],
    shells: [],
  })
})

test('a server that only OLLAMA_HOST names is kept; one that does not answer is not', () => {
  const ollama = { ...withOllama('qwen3:8b').ollama, url: 'http://10.0.0.2:11434' }
  expect(plan(withSettings({}, plan({})), { shells: [] }, { ollama }).settings).toEqual([
    { key: 'providers.ollama.baseUrl', before: null, after: 'http://10.0.0.2:11434' },
  ])
  const silent = { url: 'http://10.0.0.2:11434', models: null }
  expect(plan(withSettings({}, plan({})), { shells: [] }, { ollama: silent }).settings).toEqual([])
})

test.each([
  ['a configured server alone', 'http://a', 'http://b', ['http://a']],
  ['the own one, then the usual one', null, 'http://b', ['http://b', OLLAMA_URL]],
  ['the usual one once', null, OLLAMA_URL, [OLLAMA_URL]],
  ['the usual one', null, null, [OLLAMA_URL]],
])('where Ollama is looked for: %s', (_, configured, own, expected) => {
  expect(ollamaPlaces(configured, own)).toEqual(expected)
})

import { expect, test } from 'vitest'
import { readinessOf, type ReadinessFacts } from '../../../src/domain/failover/readiness.ts'

const URL = 'http://127.0.0.1:11434'
const NOTHING: ReadinessFacts = {
  keyOf: () => null,
  ollamaUrl: URL,
  ollama: 'silent',
  through: 'gateway',
}

test.each<[string, Partial<ReadinessFacts>, object]>([
  ['claude', {}, { ready: false, fix: 'llmsel keys set claude, or log in with claude' }],
  ['claude', { through: 'shell' }, { fix: 'export ANTHROPIC_API_KEY, or log in with claude' }],
  ['openai', {}, { ready: false, reason: 'no key', fix: 'llmsel keys set openai' }],
  ['openai', { keyOf: () => 'a key' }, { ready: true, reason: 'a key', fix: null }],
  ['ollama', {}, { ready: false, reason: `no Ollama at ${URL}` }],
  ['ollama', { ollama: 'locked' }, { ready: false, fix: 'llmsel keys set ollama' }],
  ['ollama', { ollama: 'listens' }, { ready: true, fix: null }],
  ['ollama', { ollama: [] }, { ready: false, fix: 'ollama pull llama3.2' }],
  ['ollama', { ollama: ['llama3.2:latest'] }, { ready: true }],
  ['ollama', { ollama: ['llama3.2:1b'] }, { ready: false }],
])('%s with %j', (provider, facts, expected) => {
  const model = provider === 'ollama' ? 'llama3.2' : 'some-model'
  const target = { provider: provider as 'claude' | 'openai' | 'ollama', model }
  expect(readinessOf(target, { ...NOTHING, ...facts })).toMatchObject(expected)
})

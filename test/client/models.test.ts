import { expect, test } from 'vitest'
import { UnifiedLLMClient } from '../../src/index.ts'

test.each<[string, Record<string, string>, string, string, string]>([
  ['nothing', {}, 'claude-sonnet-5-5', 'gpt-6-sol', 'llama3.2'],
  [
    'the guide’s',
    { CLAUDE_MODEL: 'claude-3-5-haiku-20241022' },
    'claude-3-5-haiku-20241022',
    'gpt-6-sol',
    'llama3.2',
  ],
  ['an alias', { CLAUDE_MODEL: 'haiku' }, 'claude-haiku-5-5', 'gpt-6-sol', 'llama3.2'],
  ['OpenAI’s', { OPENAI_MODEL: 'gpt-6-luna' }, 'claude-sonnet-5-5', 'gpt-6-luna', 'llama3.2'],
  [
    'a free profile’s',
    { LLM_DEFAULT_PROVIDER: 'ollama', OPENAI_MODEL: 'qwen3:8b', LLMSEL_MODEL: 'qwen3:8b' },
    'claude-sonnet-5-5',
    'gpt-6-sol',
    'qwen3:8b',
  ],
])('its models are those of the variables: %s', (_, env, ...models) => {
  const { providers } = new UnifiedLLMClient({ env })
  expect([providers.claude, providers.openai, providers.ollama].map((p) => p.config.model)).toEqual(
    models,
  )
})

test('a default provider that is none is named', () => {
  expect(() => new UnifiedLLMClient({ env: { LLM_DEFAULT_PROVIDER: 'bard' } })).toThrow(
    'LLM_DEFAULT_PROVIDER is "bard"; it takes claude, openai or ollama',
  )
})

import { expect, test } from 'vitest'
import { isProvider, PROVIDERS } from '../../../src/domain/models/model.ts'

test('a provider is one of three names, spelled so', () => {
  expect(PROVIDERS.filter(isProvider)).toEqual(['claude', 'openai', 'ollama'])
  const others = ['', 'Claude', 'claude ', 'anthropic', 'toString', 0, null, undefined, ['claude']]
  expect(others.filter(isProvider)).toEqual([])
})

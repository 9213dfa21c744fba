import { expect, test } from 'vitest'
import { maskSecrets } from '../../../src/domain/sessions/variables.ts'

test.each([
  ['OPENAI_API_KEY', 'sk-x', '********'],
  ['ANTHROPIC_BASE_URL', 'http://me:KEY@host', '********'],
  ['OLLAMA_HOST', 'me:KEY@host', '********'],
  ['OPENAI_BASE_URL', 'https://host/v1?key=KEY', '********'],
  ['OPENAI_BASE_URL', 'https://host/v1', 'https://host/v1'],
])('%s=%s is shown as %s', (name, value, shown) => {
  expect(maskSecrets({ [name]: value })).toEqual({ [name]: shown })
})

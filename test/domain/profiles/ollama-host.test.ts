import { expect, test } from 'vitest'
import { ollamaOrigin } from '../../../src/domain/profiles/ollama-host.ts'

test.each([
  [undefined, undefined],
  ['', undefined],
  ['127.0.0.1', 'http://127.0.0.1:11434'],
  ['gpu:1234', 'http://gpu:1234'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:5000', 'http://127.0.0.1:5000'],
  ['[::]:5000', 'http://127.0.0.1:5000'],
  ['http://gpu', 'http://gpu'],
  ['https://ollama.com/path/', 'https://ollama.com/path'],
  ['ht tp', undefined],
])('OLLAMA_HOST=%s is %s', (host, origin) => {
  expect(ollamaOrigin(host)).toBe(origin)
})

import { expect, test } from 'vitest'
import { ollamaUrlOf } from '../../../src/domain/profiles/ollama-host.ts'

test.each([
  ['', 'http://127.0.0.1:11434'],
  ['box', 'http://box:11434'],
  ['box:1234', 'http://box:1234'],
  [':1234', 'http://127.0.0.1:1234'],
  ['box:odd', 'http://box:11434'],
  ['box:99999', 'http://box:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:1234', 'http://127.0.0.1:1234'],
  ['http://0.0.0.0:1234', 'http://127.0.0.1:1234'],
  ['::', 'http://[::1]:11434'],
  ['[::]:1234', 'http://[::1]:1234'],
  ['fe80::1', 'http://[fe80::1]:11434'],
  ['http://box', 'http://box:80'],
  ['https://box', 'https://box:443'],
  ['https://box:8443/ollama/', 'https://box:8443/ollama'],
  ['ollama.com', 'https://ollama.com'],
  [' "box:1234" ', 'http://box:1234'],
  ['http://127.0.0.1:4747/s/llmsel-s-x', 'http://127.0.0.1:4747/s/llmsel-s-x'],
])('OLLAMA_HOST=%s is %s', (value, url) => {
  expect(ollamaUrlOf(value)).toBe(url)
})

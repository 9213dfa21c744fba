import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  anthropicError,
  chatCompletion,
  dead,
  fakeUpstream,
  json,
  type FakeUpstream,
  type Script,
} from '../support/fake-upstream.ts'
import { UnifiedLLMClient } from '../../src/index.ts'
import { testGateway } from '../support/gateway.ts'
import { ROOT } from '../support/launcher.ts'
import { claudeSays, ollamaSays, ollamaServer } from '../support/providers.ts'

const KEY = 'sk-ant-secret'
const SNIPPET = `
from services.llm_provider import UnifiedLLMClient
client = UnifiedLLMClient()
print(client.providers['claude'].config.model)
`
const CHAT = `
from services.llm_provider import LLMError, UnifiedLLMClient
client = UnifiedLLMClient()
try:
    reply = client.chat("hello")
    print(reply.provider, reply.model, reply.usage, reply.text)
except LLMError as error:
    print(error.status, error)
print(client.providers['claude'].config)
`

let claude: FakeUpstream
let ollama: FakeUpstream
let openai: FakeUpstream

beforeEach(async () => {
  claude = await fakeUpstream(claudeSays('from claude'))
  ollama = await fakeUpstream(ollamaSays('from ollama'))
  openai = await fakeUpstream(json(200, chatCompletion('from openai')))
})

afterEach(async () => {
  await Promise.all([claude.close(), ollama.close(), openai.close()])
})

async function python(program: string, env: Record<string, string> = {}) {
  const child = spawn('python3', ['-B', '-c', program], {
    cwd: join(ROOT, 'examples'),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

function variables(more: Record<string, string> = {}): Record<string, string> {
  return {
    CLAUDE_MODEL: 'claude-haiku-5-5',
    LLM_FAILOVER_ENABLED: 'true',
    ANTHROPIC_BASE_URL: claude.url,
    ANTHROPIC_API_KEY: KEY,
    OPENAI_BASE_URL: `${openai.url}/v1`,
    OPENAI_API_KEY: 'sk-openai-secret',
    OLLAMA_HOST: ollama.url.replace('http://127.0.0.1', '0.0.0.0'),
    ...more,
  }
}

function asked(): { claude: number; ollama: number; openai: number } {
  return {
    claude: claude.received.length,
    ollama: ollama.received.length,
    openai: openai.received.length,
  }
}

test('the guide’s snippet runs as it stands', async () => {
  const env = { CLAUDE_MODEL: 'claude-3-5-haiku-20241022' }
  expect(await python(SNIPPET, env)).toEqual([env.CLAUDE_MODEL])
})

test('without variables its models are those of the library', async () => {
  const program = `${SNIPPET}
for name in ('openai', 'ollama'):
    print(client.providers[name].config.model)
`
  const {
    claude: first,
    openai: second,
    ollama: third,
  } = new UnifiedLLMClient({ env: {} }).providers
  expect(await python(program)).toEqual([first, second, third].map(({ config }) => config.model))
})

test('the first provider answers, and nobody else is asked', async () => {
  expect(await python(CHAT, variables())).toEqual([
    'claude claude-haiku-5-5 (25, 15) from claude',
    "Config(model='claude-haiku-5-5')",
  ])
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
  expect(claude.received[0]?.headers['x-api-key']).toBe(KEY)
})

test.each<[string, Script]>([
  ['a rate limit', json(429, anthropicError('rate_limit_error', 'slow down'))],
  ['a dead socket', dead],
  ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['garbage', json(200, '<html>')],
  [
    'no credit',
    json(400, anthropicError('invalid_request_error', 'Your credit balance is too low')),
  ],
])('after %s the next one answers', async (_, script) => {
  claude.answer(script)
  const [line] = await python(CHAT, variables())
  expect(line).toBe('ollama llama3.2 (30, 7) from ollama')
  expect(asked()).toEqual({ claude: 1, ollama: 1, openai: 0 })
  expect(JSON.stringify(ollama.received[0]?.headers)).not.toContain('sk-')
})

test('when all fail each is named, and no key', async () => {
  claude.answer(json(429, anthropicError('rate_limit_error', `slow down, ${KEY}`)))
  ollama.answer(ollamaServer(json(404, { error: 'model not found' })))
  const [line] = await python(CHAT, variables({ OPENAI_API_KEY: '' }))
  expect(line).toBe(
    '429 claude/claude-haiku-5-5 answered 429: slow down, …; ' +
      'ollama/llama3.2 answered 404: model not found; ' +
      'openai/gpt-6-sol no key in this environment',
  )
})

test('without failover, or at its own fault, a request goes nowhere else', async () => {
  claude.answer(json(529, anthropicError('overloaded_error', 'Overloaded')))
  await python(CHAT, variables({ LLM_FAILOVER_ENABLED: '' }))
  claude.answer(json(400, anthropicError('invalid_request_error', 'too odd')))
  await python(CHAT, variables())
  expect(asked()).toEqual({ claude: 2, ollama: 0, openai: 0 })
})

test('through a gateway it makes one hop, whatever its format, and learns who answered', async () => {
  const gateway = await testGateway({
    claude: json(429, anthropicError('rate_limit_error', 'slow down')),
    ollama: ollamaSays('from behind'),
  })
  try {
    for (const env of [
      { LLMSEL_GATEWAY_URL: gateway.base('budget') },
      { LLM_DEFAULT_PROVIDER: 'openai', OPENAI_BASE_URL: `${gateway.base('budget')}/v1` },
      { LLM_DEFAULT_PROVIDER: 'ollama', OLLAMA_HOST: gateway.base('budget') },
    ]) {
      const [line] = await python(CHAT, variables({ ...env, OPENAI_MODEL: 'haiku' }))
      expect(line).toBe('ollama llama3.2 (30, 7) from behind')
    }
    expect(asked()).toEqual({ claude: 0, ollama: 0, openai: 0 })
  } finally {
    await gateway.close()
  }
})

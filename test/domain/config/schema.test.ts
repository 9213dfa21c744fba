import { expect, test } from 'vitest'
import { parseSettings } from '../../../src/domain/config/schema.ts'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'

test('an empty document sets nothing', () => {
  expect(parseSettings({})).toEqual(NO_SETTINGS)
})

test('a full document is read', () => {
  const settings = parseSettings({
    default: 'night',
    pins: { sonnet: 'claude-sonnet-4-6' },
    models: { 'gpt-5.4': { provider: 'openai', input: 0.5, output: '1.25', contextTokens: 1000 } },
    profiles: {
      night: {
        model: 'haiku',
        failover: true,
        chain: ['ollama'],
        enforce: false,
        env: { A_B: "it's" },
      },
    },
    providers: {
      claude: { baseUrl: 'https://proxy.example/anthropic/' },
      openai: { baseUrl: 'http://127.0.0.1:8080/v1' },
      ollama: { baseUrl: 'http://gpu:11434', model: 'qwen3:8b', contextTokens: 32_768 },
    },
    failover: { failures: 2, failurePercent: 80, silenceSeconds: 20, awaySeconds: 0 },
    gateway: { autostart: false, drainSeconds: 600 },
  })
  expect(settings).toMatchObject({
    default: 'night',
    baseUrls: {
      claude: 'https://proxy.example/anthropic',
      openai: 'http://127.0.0.1:8080',
      ollama: 'http://gpu:11434',
    },
    ollamaModel: 'qwen3:8b',
    ollamaContextTokens: 32_768,
    failover: {
      ...NO_SETTINGS.failover,
      failures: 2,
      share: 0.8,
      silenceMs: 20_000,
      awayMs: 0,
    },
    gateway: { port: null, autostart: false, drainMs: 600_000 },
  })
  expect(settings.models['gpt-5.4']?.prices[0]?.bands[0]).toEqual({
    aboveInputTokens: 0,
    input: '0.5',
    output: '1.25',
    cacheRead: null,
    cacheWrite5m: null,
    cacheWrite1h: null,
  })
})

test.each([
  [[], 'the file must be an object'],
  [null, 'the file must be an object'],
  [{ nope: 1 }, 'unknown key "nope"'],
  [{ default: 7 }, '"default" must be'],
  [{ default: "a'b" }, '"default" must be'],
  [{ default: 'a\nb' }, '"default" must be'],
  [{ default: '' }, '"default" must be'],
  [{ pins: { 'a b': 'x' } }, '"pins.a b" must be'],
  [{ pins: { sonnet: '$(id)' } }, '"pins.sonnet" must be'],
  [{ profiles: { x: { modle: 'haiku' } } }, 'unknown key "profiles.x.modle"'],
  [{ profiles: { x: { failover: 'yes' } } }, '"profiles.x.failover" must be true or false'],
  [{ profiles: { x: { chain: 'ollama' } } }, '"profiles.x.chain" must be a list'],
  [{ profiles: { x: { chain: ['a', 7] } } }, '"profiles.x.chain.1" must be'],
  [{ profiles: { x: { env: { 'A B': '1' } } } }, '"profiles.x.env.A B" must be a variable name'],
  [{ profiles: { x: { env: { status: '5' } } } }, '"profiles.x.env.status" must be another name'],
  [{ profiles: { x: { env: { A: 'nul\0' } } } }, '"profiles.x.env.A" must be text without NUL'],
  [{ profiles: { x: { env: { LLMSEL_PROFILE: 'y' } } } }, "LLMSEL_ is llmsel's own"],
  [{ providers: { claude: { baseUrl: 'file:///etc/passwd' } } }, 'must be an http or https URL'],
  [{ providers: { claude: { baseUrl: 'https://me:sk@host' } } }, 'a URL without a password'],
  [{ providers: { ollama: { baseUrl: 'http://169.254.169.254/' } } }, "not a cloud's metadata"],
  [{ providers: { claude: { baseUrl: 'http://2852039166/' } } }, "not a cloud's metadata"],
  [{ failover: { failures: 0 } }, '"failover.failures" must be a whole number from 1 to 1000'],
  [{ failover: { failurePercent: 101 } }, '"failover.failurePercent" must be a whole number'],
  [{ failover: { silenceSeconds: 1.5 } }, '"failover.silenceSeconds" must be a whole number'],
  [{ failover: { openSeconds: '30' } }, '"failover.openSeconds" must be a whole number from 1'],
  [{ failover: { silenceMs: 1000 } }, 'unknown key "failover.silenceMs" (known here: failures, '],
  [{ gateway: { port: 80 } }, '"gateway.port" must be a port from 1024'],
  [{ gateway: { drainSeconds: 3601 } }, '"gateway.drainSeconds" must be a whole number from 0'],
  [{ gateway: { autostart: 1 } }, '"gateway.autostart" must be true or false'],
  [{ providers: { claude: { model: 'x' } } }, 'unknown key "providers.claude.model"'],
  [{ providers: { gemini: {} } }, 'unknown key "providers.gemini"'],
  [{ models: { m: { input: '1', output: '1' } } }, '"models.m.provider" must be one of'],
  [{ models: { m: { provider: 'openai', input: '-1' } } }, '"models.m.input" must be'],
  [
    { models: { m: { provider: 'openai', input: Number.POSITIVE_INFINITY } } },
    '"models.m.input" must be',
  ],
  [{ models: { m: { provider: 'openai', contextTokens: 1.5 } } }, '"models.m.contextTokens"'],
  [JSON.parse('{"__proto__": {"default": "x"}}'), 'unknown key "__proto__"'],
  [JSON.parse('{"profiles": {"__proto__": {}}}'), '"profiles.__proto__" must be named'],
])('%j is refused by name', (document, message) => {
  expect(() => parseSettings(document)).toThrow(message)
})

test('an error never repeats a value, which may be a key pasted into the wrong place', () => {
  const secret = 'sk-ant-secret'
  expect(() => parseSettings({ profiles: { x: { failover: secret } } })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  )
})

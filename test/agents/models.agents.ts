import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentOf, eventually, sandbox, type Ran, type Sandbox } from '../support/tmux.ts'
import { startProvider, type Provider } from './provider.ts'

const DEAR = 'claude-opus-4-5'
const UNREACHABLE = 'http://127.0.0.1:9'

let box: Sandbox
let provider: Provider

beforeEach(async () => {
  box = sandbox()
  provider = await startProvider()
})

afterEach(async () => {
  box.close()
  await provider.close()
})

function variables(): Record<string, string> {
  const bin = process.env['LLMSEL_TEST_AGENTS']
  if (bin === undefined) throw new Error('run them by: npm run test:agents')
  return {
    PATH: `${bin}:${box.env['PATH']}`,
    LLMSEL_CLAUDE_BASE_URL: provider.url,
    LLMSEL_OPENAI_BASE_URL: provider.url,
    LLMSEL_OLLAMA_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: 'dummy-anthropic',
    OPENAI_API_KEY: 'dummy-openai',
    // Nothing leaves the machine.
    HTTPS_PROXY: UNREACHABLE,
    NO_PROXY: '127.0.0.1,localhost',
    DO_NOT_TRACK: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  }
}

/** Runs it to its end; what it printed is in the session's log. */
async function session(words: readonly string[]): Promise<Ran & { readonly log: string }> {
  const ran = await box.start(['session', 'new', '--wait', ...words], variables())
  const log = contentOf(ran.stdout.trimEnd().split('\t').at(-1) ?? '') ?? ''
  return { ...ran, log }
}

/** Files of the person's own, which nothing may change. */
function theirs(files: Readonly<Record<string, string>>): { readonly unchanged: () => void } {
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(name.startsWith('~/') ? box.home : box.cwd, name.replace('~/', ''))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return [path, text] as const
  })
  return {
    unchanged: () => {
      for (const [path, text] of paths) expect(readFileSync(path, 'utf8')).toBe(text)
    },
  }
}

/** The paths and models that were asked for, each pair once. */
function asked(): string[] {
  return [...new Set(provider.asked.map(({ path, model }) => `${path} ${model}`))]
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

const CLAUDE_SETTINGS = json({
  model: DEAR,
  env: {
    ANTHROPIC_MODEL: DEAR,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: DEAR,
    ANTHROPIC_SMALL_FAST_MODEL: DEAR,
    CLAUDE_CODE_SUBAGENT_MODEL: DEAR,
    ANTHROPIC_BASE_URL: UNREACHABLE,
  },
})

test.each([
  ['haiku', 'claude-haiku-5-5', 'dummy-anthropic'],
  ['free', 'llama3.2', 'Bearer ollama'],
])('claude on %s asks for its model, whatever the settings say', async (profile, model, key) => {
  const files = theirs({
    '~/.claude/settings.json': CLAUDE_SETTINGS,
    '.claude/settings.json': CLAUDE_SETTINGS,
    '.claude/settings.local.json': CLAUDE_SETTINGS,
  })
  const { code, log } = await session([profile, '--run', 'claude', '--', '-p', 'hi'])
  expect([code, log]).toEqual([0, expect.stringContaining(`hello from ${model}`)])
  expect(asked()).toEqual([`/v1/messages ${model}`])
  expect(new Set(provider.asked.map(({ credential }) => credential))).toEqual(new Set([key]))
  files.unchanged()
})

test('on a free session, neither a key nor a cloud in claude’s settings is used', async () => {
  const env = { ANTHROPIC_API_KEY: 'theirs', CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'us-east-1' }
  const files = theirs({ '~/.claude/settings.json': json({ env }) })
  const { code } = await session(['free', '--', 'claude', '-p', 'hi'])
  expect(code).toBe(0)
  expect(provider.asked).toEqual([
    { path: '/v1/messages', model: 'llama3.2', credential: 'Bearer ollama' },
  ])
  files.unchanged()
})

test('without the flags, claude’s settings would have won', async () => {
  theirs({ '~/.claude/settings.json': json({ env: { ANTHROPIC_MODEL: DEAR } }) })
  const { code } = await session(['haiku', '--run', 'true && claude -p hi'])
  expect(code).toBe(0)
  expect(asked()).toEqual([`/v1/messages ${DEAR}`])
})

test.each([
  ['claude', ['haiku', '--run', 'claude -p hi --model claude-sonnet-5-5'], 'claude-sonnet-5-5'],
  ['codex', ['gpt', '--run', 'codex exec --skip-git-repo-check -m gpt-own hi'], 'gpt-own'],
  ['opencode', ['haiku', '--run', `opencode run -m anthropic/${DEAR} hi`], DEAR],
])('the model that the person names for %s is used', async (_name, words, model) => {
  expect(await session(words)).toMatchObject({ code: 0 })
  expect(provider.asked.map((request) => request.model)).toContain(model)
})

test('a claude that is typed into a shell of the session gets its flags too', async () => {
  const files = theirs({ '~/.claude/settings.json': CLAUDE_SETTINGS })
  const words = ['session', 'new', 'haiku', '--shell', '--run', 'claude -p hi']
  expect(await box.start(words, variables())).toMatchObject({ code: 0 })
  await eventually(() => provider.asked.length > 0)
  expect(asked()).toEqual(['/v1/messages claude-haiku-5-5'])
  files.unchanged()
})

const CODEX_CONFIG = `model = "gpt-dear"
review_model = "gpt-dear"
model_provider = "other"

[model_providers.other]
name = "other"
base_url = "${UNREACHABLE}/v1"
`

test.each([
  ['gpt', 'gpt-6-sol', 'Bearer dummy-openai'],
  ['free', 'llama3.2', 'Bearer ollama'],
])('codex on %s asks for its model, whatever config.toml says', async (profile, model, key) => {
  const files = theirs({ '~/.codex/config.toml': CODEX_CONFIG })
  const prompt = ['exec', '--skip-git-repo-check', 'hi']
  const { code, log } = await session([profile, '--run', 'codex', '--', ...prompt])
  expect([code, log]).toEqual([0, expect.stringContaining(`hello from ${model}`)])
  expect(provider.asked).toEqual([{ path: '/v1/responses', model, credential: key }])
  files.unchanged()
})

const OPENCODE_CONFIG = json({
  // opencode adds it to a file that has none.
  $schema: 'https://opencode.ai/config.json',
  model: `anthropic/${DEAR}`,
  small_model: `anthropic/${DEAR}`,
  agent: {
    build: { model: `anthropic/${DEAR}` },
    title: { model: `anthropic/${DEAR}` },
  },
  provider: Object.fromEntries(
    ['anthropic', 'openai', 'ollama'].map((name) => [name, { options: { baseURL: UNREACHABLE } }]),
  ),
})

test.each([
  ['haiku', '/v1/messages', 'claude-haiku-5-5', 'dummy-anthropic'],
  ['gpt', '/v1/responses', 'gpt-6-sol', 'Bearer dummy-openai'],
  ['free', '/v1/chat/completions', 'llama3.2', 'Bearer ollama'],
])('opencode on %s asks %s for %s, whatever its files say', async (profile, path, model, key) => {
  const files = theirs({
    '~/.config/opencode/opencode.json': OPENCODE_CONFIG,
    'opencode.json': OPENCODE_CONFIG,
  })
  const { code, log } = await session([profile, '--run', 'opencode run hi'])
  expect([code, log]).toEqual([0, expect.stringContaining(`hello from ${model}`)])
  expect(asked()).toEqual([`${path} ${model}`])
  expect(new Set(provider.asked.map(({ credential }) => credential))).toEqual(new Set([key]))
  files.unchanged()
})

import { expect, test } from 'vitest'
import { NO_SETTINGS, type Settings } from '../../../src/domain/config/settings.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { environmentOf, managedNames } from '../../../src/domain/profiles/environment.ts'
import { profileNames, resolveProfile } from '../../../src/domain/profiles/resolve.ts'

function source(settings: Partial<Settings> = {}, day = '2026-11-22', env = {}) {
  return profileSource({ ...NO_SETTINGS, ...settings }, env, new Date(`${day}T12:00:00Z`))
}

function hops(name: string, settings: Partial<Settings> = {}, day?: string): string[] {
  return resolveProfile(source(settings, day), name).chain.map(
    ({ provider, model }) => `${provider}/${model}`,
  )
}

test.each([
  ['premium', ['claude/claude-sonnet-5-5']],
  ['budget', ['claude/claude-haiku-5-5', 'ollama/llama3.2', 'openai/gpt-6-sol']],
  ['free', ['ollama/llama3.2']],
  ['haiku', ['claude/claude-haiku-5-5']],
  ['claude-3-5-haiku-20241022', ['claude/claude-3-5-haiku-20241022']],
  ['qwen3:8b', ['ollama/qwen3:8b']],
])('%s has the chain %j', (name, chain) => {
  expect(hops(name)).toEqual(chain)
})

test('the guide of November 2025 meant other models', () => {
  expect(hops('budget', {}, '2025-11-01')).toEqual([
    'claude/claude-haiku-4-5-20251001',
    'ollama/llama3.2',
    'openai/gpt-4-turbo',
  ])
})

test("a person's definition changes the parts that it names", () => {
  const profiles = { budget: { chain: ['ollama', 'haiku', 'ollama'] }, night: { model: 'opus' } }
  expect(hops('budget', { profiles })).toEqual(['claude/claude-haiku-5-5', 'ollama/llama3.2'])
  expect(hops('night', { profiles })).toEqual(['claude/claude-opus-5-5'])
  expect(resolveProfile(source({ profiles }), 'night')).toMatchObject({
    kind: 'user',
    failover: false,
  })
  expect(profileNames(source({ profiles }))).toEqual(['premium', 'budget', 'free', 'night'])
})

test.each([
  ['hiaku', 'no profile or model "hiaku"', 'did you mean "haiku"?'],
  ['budgte', 'no profile or model "budgte"', 'did you mean "budget"?'],
  ['constructor', 'no profile or model "constructor"', 'run: llmsel models'],
  ['broken', 'no profile or model "nosuch", which profile "broken" names', 'run: llmsel models'],
])('%s is unknown', (name, message, hint) => {
  const profiles = { broken: { model: 'nosuch' } }
  expect(() => resolveProfile(source({ profiles }), name)).toThrow(
    expect.objectContaining({ code: 'usage', message, hint: expect.stringContaining(hint) }),
  )
})

function environment(name: string, settings: Partial<Settings> = {}, env = {}) {
  const from = source(settings, undefined, env)
  return environmentOf(resolveProfile(from, name), from)
}

test('each profile sets its own variables', async () => {
  const all = Object.fromEntries(
    ['premium', 'budget', 'free', 'gpt', 'opus'].map((name) => [name, environment(name)]),
  )
  await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot('environments.txt')
})

test('a name is in one of set, unset and release, and every profile speaks of every name', () => {
  const profiles = { mine: { model: 'haiku', env: { MY_VAR: '1', ANTHROPIC_MODEL: 'x' } } }
  for (const name of ['premium', 'budget', 'free', 'gpt', 'mine', 'qwen3:8b']) {
    const { set, unset, release } = environment(name, { profiles })
    const spoken = [...Object.keys(set), ...unset, ...release]
    expect(spoken.toSorted()).toEqual(managedNames({ definitions: profiles }).toSorted())
  }
})

test('a local profile keeps no paid key and no cloud route', () => {
  const { set, unset } = environment('free')
  expect(unset).toEqual(expect.arrayContaining(['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK']))
  expect(Object.values(set).join(' ')).not.toMatch(/claude|gpt-/)
})

test('the base URLs of the config, and of the environment over them, are set', () => {
  const baseUrls = { claude: 'https://corp', openai: null, ollama: 'http://gpu:11434' }
  expect(environment('premium', { baseUrls }).set).toMatchObject({
    ANTHROPIC_BASE_URL: 'https://corp',
    OLLAMA_HOST: 'http://gpu:11434',
  })
  const env = { LLMSEL_CLAUDE_BASE_URL: 'http://127.0.0.1:9/v1/' }
  expect(environment('premium', { baseUrls }, env).set['ANTHROPIC_BASE_URL']).toBe(
    'http://127.0.0.1:9',
  )
  expect(environment('free', { baseUrls }).set['ANTHROPIC_BASE_URL']).toBe('http://gpu:11434')
  expect(() => environment('free', {}, { LLMSEL_OLLAMA_BASE_URL: 'nope' })).toThrow(
    '"LLMSEL_OLLAMA_BASE_URL" must be an http or https URL',
  )
})

test('free can be given another local model, and nothing that is paid for', () => {
  expect(hops('free', { profiles: { free: { model: 'qwen3:8b', chain: ['ollama'] } } })).toEqual([
    'ollama/qwen3:8b',
    'ollama/llama3.2',
  ])
  expect(() => hops('free', { profiles: { free: { chain: ['haiku'] } } })).toThrow(
    'profile "free" names claude-haiku-5-5, which is not local',
  )
})

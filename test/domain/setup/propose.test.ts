import { expect, test } from 'vitest'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { resolveProfile } from '../../../src/domain/profiles/resolve.ts'
import { foundKeys, type SetupFacts } from '../../../src/domain/setup/facts.ts'
import { commandToTry } from '../../../src/domain/setup/next.ts'
import {
  hopsOf,
  isReady,
  knownProfiles,
  proposedAnswers,
} from '../../../src/domain/setup/propose.ts'
import { BARE, BASH, withOllama } from '../../support/setup-facts.ts'

const UNSET = { profile: null, ollamaModel: null }
const source = profileSource(NO_SETTINGS, {}, new Date('2026-11-22'))

function keys(claude: string | null, openai: string | null): Pick<SetupFacts, 'keys'> {
  return { keys: { claude, openai } }
}

test.each([
  ['a key of Claude', keys('ANTHROPIC_API_KEY is set', null), 'premium'],
  ['Claude and Ollama', { ...keys('x', null), ...withOllama('a:1') }, 'premium'],
  ['Ollama alone', withOllama('a:1'), 'free'],
  ['Ollama without a model', withOllama(), 'premium'],
  ['OpenAI alone', keys(null, 'x'), 'budget'],
  ['nothing', {}, 'premium'],
])('the default that is proposed where there is %s', (_, facts, profile) => {
  expect(proposedAnswers({ ...BARE, ...facts }, UNSET).profile).toBe(profile)
})

test('what is configured is proposed again', () => {
  const facts = { ...BARE, ...withOllama('big:1', 'small:1') }
  expect(proposedAnswers(facts, { profile: 'haiku', ollamaModel: 'small:1' })).toMatchObject({
    profile: 'haiku',
    ollamaModel: 'small:1',
  })
})

test('the own shell is to load llmsel, and others that load it already; not what cannot', () => {
  const shells = [
    BASH,
    { ...BASH, shell: 'zsh' as const, isOwn: false },
    { ...BASH, shell: 'fish' as const, isOwn: false, loads: true },
  ]
  expect(proposedAnswers({ ...BARE, shells }, UNSET).shells).toEqual(['bash', 'fish'])
  const broken = [{ ...BASH, problem: 'it has lost a marker' }]
  expect(proposedAnswers({ ...BARE, shells: broken }, UNSET).shells).toEqual([])
})

const NONE = { kept: [], claudeLogin: false }
const OURS = { ANTHROPIC_AUTH_TOKEN: 't', __LLMSEL_SET: 'ANTHROPIC_AUTH_TOKEN' }

test.each([
  ['ANTHROPIC_API_KEY is set', { ANTHROPIC_API_KEY: 'k' }, NONE],
  [null, { ANTHROPIC_API_KEY: '' }, NONE],
  // What llmsel put there is not the person's.
  [null, OURS, NONE],
  ['key kept by llmsel keys', {}, { kept: ['claude'], claudeLogin: true }],
  ['Claude Code is logged in', {}, { kept: [], claudeLogin: true }],
])('the key of Claude: %s', (expected, env, found) => {
  expect(foundKeys(env, found)).toEqual({ claude: expected, openai: null })
})

test('a profile is ready where one of its hops is, and a key that is about to be kept counts', () => {
  const budget = resolveProfile(source, 'budget')
  expect(isReady(budget, BARE, [])).toBe(false)
  expect(isReady(budget, BARE, ['openai'])).toBe(true)
  expect(isReady(budget, { ...BARE, ...withOllama('llama3.2') }, [])).toBe(true)
  expect(isReady(budget, { ...BARE, ...withOllama('qwen3:8b') }, [])).toBe(false)
})

test('a profile of the config that names what nobody knows is left out', () => {
  const profiles = { night: { model: 'haiku' }, odd: { model: 'nonsense' } }
  const own = profileSource({ ...NO_SETTINGS, profiles }, {}, new Date('2026-11-22'))
  expect(knownProfiles(own).map(({ name }) => name)).toEqual(['premium', 'budget', 'free', 'night'])
})

test.each<[string, string, Partial<SetupFacts>, string]>([
  ['all is there', 'premium', keys('x', null), 'llmsel session new premium --attach'],
  [
    'Claude Code too',
    'premium',
    { ...keys('x', null), claudeCode: { installed: true, overrides: [] } },
    'llmsel session new premium --run claude --attach',
  ],
  [
    'there is no tmux',
    'haiku',
    { ...keys('x', null), tmux: { version: null, install: '' } },
    'eval "$(llmsel env haiku)"; llmsel which',
  ],
  ['there is no key', 'budget', {}, 'llmsel keys set claude'],
  ['no Ollama runs', 'free', {}, 'ollama serve'],
  ['Ollama has another model', 'free', withOllama('qwen3:8b'), 'ollama pull llama3.2'],
])('the command to try where %s', (_, name, more, expected) => {
  const facts = { ...BARE, ...more }
  const hops = hopsOf(resolveProfile(source, name), facts, [])
  expect(commandToTry(facts, { name, hops })).toBe(expected)
})

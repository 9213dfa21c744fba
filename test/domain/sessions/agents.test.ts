import { expect, test } from 'vitest'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { environmentOf } from '../../../src/domain/profiles/environment.ts'
import { resolveProfile } from '../../../src/domain/profiles/resolve.ts'
import { describeHelp, helpAgent, type AgentSession } from '../../../src/domain/sessions/agents.ts'
import type { Work } from '../../../src/domain/sessions/session.ts'

function session(profile: string, env: Readonly<Record<string, string>> = {}): AgentSession {
  const source = profileSource(NO_SETTINGS, env, new Date('2026-11-22T12:00:00Z'))
  const resolved = resolveProfile(source, profile)
  return { target: resolved.target, ...environmentOf(resolved, source), syntax: 'sh' }
}

function worker(...argv: readonly string[]): Work {
  return { kind: 'worker', argv }
}

function argvOf(work: Work, on = session('haiku')): readonly string[] {
  const helped = helpAgent(work, on).work
  return helped.kind === 'worker' ? helped.argv : [helped.typed ?? '']
}

function help(work: Work, on: AgentSession) {
  const { agent } = helpAgent(work, on)
  if (agent === null) throw new Error('no agent was found')
  return agent
}

/** The `env` of the settings that claude gets. */
function claudeEnv(on: AgentSession, ...words: readonly string[]): Record<string, string> {
  const { args } = help(worker('/usr/bin/claude', ...words), on)
  return JSON.parse(args[args.indexOf('--settings') + 1] ?? '').env
}

test('claude gets its model as a flag, and settings that hold no more than the choice', () => {
  const { args } = help(worker('/usr/bin/claude'), session('haiku'))
  expect(args.slice(0, 3)).toEqual(['--model', 'claude-haiku-5-5', '--settings'])
  expect(claudeEnv(session('haiku'))).toEqual({
    ANTHROPIC_MODEL: 'claude-haiku-5-5',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-haiku-5-5',
    ANTHROPIC_DEFAULT_SONNET_MODEL: 'claude-haiku-5-5',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'claude-haiku-5-5',
    ANTHROPIC_SMALL_FAST_MODEL: '',
    CLAUDE_CODE_SUBAGENT_MODEL: 'claude-haiku-5-5',
  })
})

test('on a free session, no key and no cloud of claude’s settings takes it past Ollama', () => {
  expect(claudeEnv(session('free'))).toMatchObject({
    ANTHROPIC_MODEL: 'llama3.2',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:11434',
    ANTHROPIC_AUTH_TOKEN: 'ollama',
    ANTHROPIC_API_KEY: '',
    CLAUDE_CODE_USE_BEDROCK: '',
    CLAUDE_CODE_USE_VERTEX: '',
    CLAUDE_CODE_USE_FOUNDRY: '',
  })
})

const CODEX_URL = { LLMSEL_OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1' }

test('codex gets its model, and another address as a provider of its own', () => {
  const model = ['-c', 'model="gpt-6-sol"', '-c', 'review_model="gpt-6-sol"']
  expect(help(worker('/usr/bin/codex'), session('gpt')).args).toEqual(model)
  expect(help(worker('/usr/bin/codex'), session('gpt', CODEX_URL)).args).toEqual([
    ...model,
    '-c',
    'model_provider="llmsel"',
    '-c',
    'model_providers.llmsel={name="llmsel",base_url="http://127.0.0.1:8080/v1",env_key="OPENAI_API_KEY",wire_api="responses"}',
  ])
  expect(help(worker('/usr/bin/codex'), session('free')).args).toContain('model="llama3.2"')
})

test.each([
  ['haiku', 'anthropic/claude-haiku-5-5', { 'claude-haiku-5-5': {} }],
  ['gpt', 'openai/gpt-6-sol', { 'gpt-6-sol': {} }],
  ['free', 'ollama/llama3.2', { 'llama3.2': {} }],
])('opencode on %s is configured for %s, its agents too', (profile, model, models) => {
  const { env } = help(worker('/usr/bin/opencode'), session(profile))
  const content = JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '')
  expect(content).toMatchObject({ model, small_model: model, agent: { build: { model } } })
  expect(content.provider[model.split('/')[0] ?? '']).toMatchObject({ models })
})

test('aider’s side models are the profile’s, and goose gets variables only', () => {
  const model = 'anthropic/claude-haiku-5-5'
  expect(help(worker('/usr/bin/aider'), session('haiku')).args).toEqual(
    ['--model', '--weak-model', '--editor-model'].flatMap((flag) => [flag, model]),
  )
  const openai = session('gpt', CODEX_URL)
  expect(help(worker('/usr/bin/goose'), openai)).toMatchObject({
    args: [],
    env: { GOOSE_PLANNER_MODEL: 'gpt-6-sol', OPENAI_HOST: 'http://127.0.0.1:8080' },
  })
})

test.each([
  ['claude', ['--model', 'opus'], ['--model', 'ANTHROPIC_MODEL"']],
  ['claude', ['--model=opus', '-p', 'x'], ['--model', 'ANTHROPIC_MODEL"']],
  ['claude', ['--settings', 'mine.json'], ['--settings']],
  ['codex', ['-m', 'gpt-5'], ['model="']],
  ['codex', ['exec', '--model=gpt-5'], ['model="']],
  ['codex', ['-c', 'model=gpt-5'], ['model="']],
  ['codex', ['-c', 'model_provider=mine'], ['llmsel']],
  ['codex', ['--profile', 'mine'], ['-c']],
  ['codex', ['--oss'], ['-c']],
  ['aider', ['--model', 'o3'], ['--model', '--weak-model']],
  ['aider', ['--weak-model=o3'], ['--weak-model']],
])('%s %j: the person’s flag decides', (name, words, absent) => {
  const on = session(name === 'codex' ? 'gpt' : 'haiku', CODEX_URL)
  const before = help(worker(`/usr/bin/${name}`), on).args.join(' ')
  const after = help(worker(`/usr/bin/${name}`, ...words), on).args.join(' ')
  for (const flag of absent) {
    expect(before).toContain(flag)
    expect(after).not.toContain(flag)
  }
})

test('a word of a prompt is no flag', () => {
  const model = ['--model', 'claude-haiku-5-5']
  const prompt = worker('/bin/sh', '-c', `claude -p "try --model x" | tee --model`)
  expect(help(prompt, session('haiku')).args.slice(0, 2)).toEqual(model)
  const dashes = worker('/usr/bin/claude', '-p', '--', '--model')
  expect(help(dashes, session('haiku')).args.slice(0, 2)).toEqual(model)
})

const AIDER = `'--model' 'anthropic/claude-haiku-5-5' '--weak-model' 'anthropic/claude-haiku-5-5' '--editor-model' 'anthropic/claude-haiku-5-5'`

test.each([
  ['aider', `aider ${AIDER}`],
  ['aider "$@"', `aider ${AIDER} "$@"`],
  [' aider a.py && make', ` aider ${AIDER} a.py && make`],
  ['aider;make', `aider ${AIDER};make`],
  ["A=1 B='x y' exec ./bin/aider x", `A=1 B='x y' exec ./bin/aider ${AIDER} x`],
])('in the shell text %j, the flags come right after the program', (text, expected) => {
  expect(argvOf(worker('/bin/sh', '-c', text))).toEqual(['/bin/sh', '-c', expected])
  expect(argvOf({ kind: 'shell', typed: text })).toEqual([expected])
})

test.each([
  'make && aider',
  'aiders',
  'aider-chat',
  'echo aider',
  '"aider"',
  '$BIN/aider',
  'my aider',
  'A=$(aider) x',
])('%j is left as it is', (text) => {
  expect(helpAgent(worker('/bin/sh', '-c', text), session('haiku'))).toEqual({
    work: worker('/bin/sh', '-c', text),
    agent: null,
  })
})

test('arguments stay behind the flags, and those after -- count as the person’s', () => {
  const work = worker('/bin/sh', '-c', 'claude "$@"', 'llmsel', '--model', 'opus')
  expect(argvOf(work).slice(3)).toEqual(['llmsel', '--model', 'opus'])
  expect(help(work, session('haiku')).args).not.toContain('--model')
  expect(argvOf(worker('/opt/aider', 'a.py')).at(-1)).toBe('a.py')
})

test('an agent that cannot speak to the profile’s provider gets nothing, and says so', () => {
  expect(help(worker('/usr/bin/claude'), session('gpt'))).toMatchObject({ args: [], env: {} })
  expect(help(worker('/usr/bin/claude'), session('gpt')).problem).toBe(
    "claude speaks Anthropic's format only and cannot use gpt-6-sol (openai); it takes a model of its own choice",
  )
  expect(help(worker('/usr/bin/codex'), session('haiku')).problem).toContain('claude-haiku-5-5')
})

test.each(['claude', 'codex', 'opencode', 'aider', 'goose'])(
  'no key and no password of an address is in %s’s arguments',
  (name) => {
    const secrets = {
      ANTHROPIC_API_KEY: 'secret-1',
      ANTHROPIC_AUTH_TOKEN: 'secret-2',
      OPENAI_API_KEY: 'secret-3',
      ANTHROPIC_BASE_URL: 'http://me:secret-4@127.0.0.1:1',
      OPENAI_BASE_URL: 'http://me:secret-5@127.0.0.1:1/v1?key=secret-6',
    }
    for (const profile of ['haiku', 'gpt', 'free']) {
      const on = session(profile)
      const agent = help(worker(`/usr/bin/${name}`), { ...on, set: { ...on.set, ...secrets } })
      expect(agent.args.join(' ')).not.toContain('secret')
    }
  },
)

test('what an agent gets is told in one line', () => {
  expect(describeHelp(help(worker('/usr/bin/codex'), session('gpt')))).toBe(
    `codex gets -c 'model="gpt-6-sol"' -c 'review_model="gpt-6-sol"'`,
  )
  expect(describeHelp(help(worker('/usr/bin/opencode'), session('gpt')))).toBe(
    'opencode gets OPENCODE_CONFIG_CONTENT',
  )
})

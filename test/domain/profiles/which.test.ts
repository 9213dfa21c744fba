import { expect, test } from 'vitest'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { environmentOf } from '../../../src/domain/profiles/environment.ts'
import { resolveProfile } from '../../../src/domain/profiles/resolve.ts'
import { which } from '../../../src/domain/profiles/which.ts'

const SOURCE = profileSource(NO_SETTINGS, {}, new Date('2026-11-22T12:00:00Z'))

function applied(name: string, extra: Record<string, string> = {}): Record<string, string> {
  return { ...environmentOf(resolveProfile(SOURCE, name), SOURCE).set, ...extra }
}

test('where nothing was applied it says what would be, and what was set by hand', () => {
  expect(which(SOURCE, { CLAUDE_MODEL: 'x', ANTHROPIC_API_KEY: 'sk-secret' }, null)).toEqual({
    active: null,
    next: { profile: 'premium', from: 'built-in' },
    variables: [
      { name: 'CLAUDE_MODEL', value: 'x', setBy: 'own', drift: null },
      { name: 'ANTHROPIC_API_KEY', value: '(set, hidden)', setBy: 'own', drift: null },
    ],
  })
  expect(which(SOURCE, {}, 'budget').next).toEqual({ profile: 'budget', from: 'user config' })
})

test.each([
  ['shell', { kind: 'shell' }],
  ['session my-work', { kind: 'session', name: 'my-work' }],
  ['rc /home/me/my rc', { kind: 'rc', file: '/home/me/my rc' }],
])('the origin %j is read', (origin, expected) => {
  const report = which(SOURCE, applied('haiku', { LLMSEL_ORIGIN: origin }), null)
  expect(report.active).toMatchObject({ profile: 'haiku', origin: expected, meansNow: null })
  expect(report.variables.every(({ setBy, drift }) => setBy === 'llmsel' && drift === null)).toBe(
    true,
  )
})

test('a value that is not what the profile says is drift', () => {
  const env = applied('haiku', { CLAUDE_MODEL: 'claude-opus-5-5', OPENAI_MODEL: 'gpt-6-astra' })
  delete env['LLM_MODEL']
  const drifted = which(SOURCE, env, null).variables.filter(({ drift }) => drift !== null)
  expect(drifted).toEqual([
    {
      name: 'CLAUDE_MODEL',
      value: 'claude-opus-5-5',
      setBy: 'own',
      drift: { expected: 'claude-haiku-5-5', likelyCause: null },
    },
    {
      name: 'OPENAI_MODEL',
      value: 'gpt-6-astra',
      setBy: 'own',
      drift: { expected: null, likelyCause: null },
    },
    {
      name: 'LLM_MODEL',
      value: null,
      setBy: 'own',
      drift: { expected: 'anthropic/claude-haiku-5-5', likelyCause: null },
    },
  ])
})

test("the person's own route under a profile that leaves routes alone is no drift", () => {
  const report = which(SOURCE, applied('haiku', { OPENAI_API_KEY: 'sk-x' }), null)
  expect(report.variables.at(-1)).toEqual({
    name: 'OPENAI_API_KEY',
    value: '(set, hidden)',
    setBy: 'own',
    drift: null,
  })
})

test.each(['LLM_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'GOOSE_PROVIDER__API_KEY', 'ANTHROPIC_X_MODEL'])(
  "%s, which only the person's own profile sets, is hidden",
  (name) => {
    const definitions = { own: { model: 'haiku', env: { [name]: 'sk-x' } } }
    const { variables } = which({ ...SOURCE, definitions }, { [name]: 'sk-x' }, null)
    expect(variables).toMatchObject([{ name, value: '(set, hidden)' }])
  },
)

test('a variable that should not be set and is empty is no drift', () => {
  const { variables } = which(SOURCE, applied('free', { ANTHROPIC_API_KEY: '' }), null)
  expect(variables.map(({ name }) => name)).not.toContain('ANTHROPIC_API_KEY')
})

test('an alias that has moved since is said, and is no drift', () => {
  const old = profileSource(NO_SETTINGS, {}, new Date('2026-10-01T00:00:00Z'))
  const env = environmentOf(resolveProfile(old, 'haiku'), old).set
  const { active, variables } = which(SOURCE, env, null)
  expect(active).toMatchObject({ model: 'claude-haiku-4-5-20251001', meansNow: 'claude-haiku-5-5' })
  expect(variables.filter(({ drift }) => drift !== null)).toEqual([])
})

test.each([
  ['ANTHROPIC_AUTH_TOKEN', 'sk-ant-x', '(set, hidden)'],
  ['OPENAI_API_KEY', 'sk-x', '(set, hidden)'],
  ['ANTHROPIC_BASE_URL', 'https://me:pw@host/a', 'https://…@host/a'],
  ['ANTHROPIC_BASE_URL', 'http://127.0.0.1:4747/s/TOKEN/v1', 'http://127.0.0.1:4747/s/…/v1'],
  ['OPENAI_BASE_URL', 'https://host/v1?key=sk', 'https://host/v1?…'],
  ['OPENAI_BASE_URL', 'https://host/keys/0123456789abcdef0123/v1', 'https://host/keys/…/v1'],
  ['OLLAMA_HOST', '0.0.0.0', '0.0.0.0'],
  ['OLLAMA_HOST', 'me:pw@host:11434', '…@host:11434'],
  ['OLLAMA_HOST', 'http://me:p#w@host', '(set, hidden)'],
  ['OLLAMA_HOST', 'http://host/?key=s@k', '(set, hidden)'],
])('%s=%s is shown as %s', (name, value, shown) => {
  expect(which(SOURCE, { [name]: value }, null).variables[0]?.value).toBe(shown)
})

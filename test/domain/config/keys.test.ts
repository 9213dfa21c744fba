import { expect, test } from 'vitest'
import { leaves, parseKey, valueAt, withValue } from '../../../src/domain/config/keys.ts'

test.each([
  ['default', ['default']],
  ['pins.sonnet', ['pins', 'sonnet']],
  ['models.gpt-5.4', ['models', 'gpt-5.4']],
  ['profiles.a.b.model', ['profiles', 'a.b', 'model']],
  ['profiles.night.env.MY_VAR', ['profiles', 'night', 'env', 'MY_VAR']],
  ['profiles.night', ['profiles', 'night']],
  ['providers.ollama.model', ['providers', 'ollama', 'model']],
  ['failover.silenceSeconds', ['failover', 'silenceSeconds']],
  ['profiles.a.limit', ['profiles', 'a', 'limit']],
  ['profiles.a.failover', ['profiles', 'a', 'failover']],
])('%s is parsed by its shape', (key, path) => {
  expect(parseKey(key)).toEqual(path)
})

test.each(['', 'nope', 'pins', 'pins.', 'providers.claude', 'providers.claude.model', 'default.x'])(
  '%j is no setting',
  (key) => {
    expect(() => parseKey(key)).toThrow(`no setting "${key}"`)
  },
)

test('a mistyped number of failover gets the nearest one', () => {
  expect(() => parseKey('failover.silenceSecond')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('"failover.silenceSeconds"?') }),
  )
})

test('a mistyped key gets the nearest setting', () => {
  expect(() => parseKey('defualt')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('did you mean "default"?') }),
  )
})

test('setting and removing touch nothing else', () => {
  const before = { default: 'x', profiles: { a: { model: 'haiku' }, b: { model: 'opus' } } }
  const set = withValue(before, ['profiles', 'a', 'failover'], true)
  expect(set).toEqual({
    default: 'x',
    profiles: { a: { model: 'haiku', failover: true }, b: { model: 'opus' } },
  })
  expect(withValue(set, ['profiles', 'a', 'failover'], undefined)).toEqual(before)
  expect(withValue({ pins: { a: 'b' } }, ['pins', 'a'], undefined)).toEqual({})
  expect(before.profiles.a).toEqual({ model: 'haiku' })
})

test('a key that is a member of every object is not found', () => {
  expect(valueAt({ pins: {} }, ['pins', 'constructor'])).toBeUndefined()
})

test('leaves are named as they are set; a model is one of them', () => {
  const model = { provider: 'openai', input: '1' }
  expect(leaves({ default: 'x', models: { 'a.b': model }, pins: { sonnet: 'y' } })).toEqual([
    ['default', 'x'],
    ['models.a.b', model],
    ['pins.sonnet', 'y'],
  ])
})

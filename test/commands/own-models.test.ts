import { expect, test } from 'vitest'
import { run } from '../support/catalogue-commands.ts'

const models = (line: string, document = {}) => run(['models', ...line.split(' ')], { document })

const OWN = { models: { 'my-5.4': { provider: 'openai', input: '1.5' } } }

test('a model is added under its id with dots, and what is not given stays unknown', async () => {
  const { code, document } = await models(
    'add my-5.4 --provider openai --input 1.5 --output 6 --context 200k --max-output 64k',
  )
  expect(code).toBe(0)
  expect(document).toEqual({
    models: {
      'my-5.4': {
        provider: 'openai',
        input: '1.5',
        output: '6',
        contextTokens: 200_000,
        outputTokens: 64_000,
      },
    },
  })
  const shown = await run(['models', 'show', 'my-5.4', '--json'], { document })
  expect(JSON.parse(shown.stdout)).toMatchObject({
    model: { source: 'own', bands: [{ input: '1.5', output: '6', cacheRead: null }] },
  })
  expect((await run(['models'], { document })).stdout).toContain('active, your own')
})

test('a paid model without prices is taken, and it is said', async () => {
  const { code, stderr } = await models('add x --provider claude')
  expect(code).toBe(0)
  expect(stderr).toContain('the prices that are not given are unknown')
})

test.each([
  ['a price that is no number', 'add x --provider openai --input cheap', 2],
  ['a negative price', 'add x --provider openai --input=-1', 2],
  ['no provider', 'add x', 2],
  ['a window of nothing', 'add x --provider openai --context 0', 2],
  ['an odd id', 'add a$b --provider openai', 2],
  ['a known id', 'add gpt-5.4 --provider openai --input 1', 1],
  ['an alias', 'add haiku --provider openai --input 1', 1],
  ['the local alias', 'add ollama --provider ollama --input 0', 1],
  ['an own id', 'add my-5.4 --provider openai --input 1', 1],
  ['a removal of a built-in model', 'remove gpt-5.4', 1],
])('%s changes nothing', async (_, line, code) => {
  const ran = await models(line, OWN)
  expect(ran.code).toBe(code)
  expect(ran.document).toBe(OWN)
})

test('a known id gives way to --replace, and comes back when that is removed', async () => {
  const added = await models('add gpt-5.4 --provider openai --input 1 --replace')
  expect(added.code).toBe(0)
  const removed = await models('remove gpt-5.4', added.document)
  expect(removed.stderr).toContain('the catalogue has its own row of it')
  expect(removed.document).toEqual({})
})

test('an alias gives way to --replace alone, which is said', async () => {
  const refused = await models('add haiku --provider openai --input 9')
  expect(refused.stderr).toContain('"haiku" is already an alias')
  expect(refused.stderr).toContain('--replace')
  expect((await models('add haiku --provider openai --input 9 --replace')).code).toBe(0)
})

test('--dry-run shows the row and keeps nothing', async () => {
  const { stdout, document } = await models('add x --provider openai --input 1 --dry-run --json')
  expect(JSON.parse(stdout)).toEqual({ id: 'x', provider: 'openai', input: '1' })
  expect(document).toEqual({})
  expect((await models('remove my-5.4 --dry-run', OWN)).document).toBe(OWN)
})

test.each([
  ['default', { default: 'my-5.4' }],
  ['pins.gpt', { pins: { gpt: 'my-5.4' } }],
  ['profiles.night.model', { profiles: { night: { model: 'my-5.4' } } }],
  ['profiles.night.chain', { profiles: { night: { model: 'haiku', chain: ['my-5.4'] } } }],
])('a model that %s names is kept', async (place, rest) => {
  const before = { ...OWN, ...rest }
  const { code, stderr, document } = await models('remove my-5.4', before)
  expect(code).toBe(1)
  expect(stderr).toContain(`still named by ${place}`)
  expect(document).toBe(before)
})

test('a mistyped own model gets the nearest one and the list', async () => {
  const { code, stderr } = await models('remove my-5.5', OWN)
  expect(code).toBe(1)
  expect(stderr).toContain('did you mean "my-5.4"? yours: my-5.4')
})

import { expect, test } from 'vitest'
import { KEY_FORMS } from '../../src/domain/config/keys.ts'
import { parseSettings } from '../../src/domain/config/schema.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { memoryConfig, run } from '../support/run.ts'

test.each([
  [['default', 'budget'], { default: 'budget' }],
  [['pins.sonnet', 'claude-sonnet-4-6'], { pins: { sonnet: 'claude-sonnet-4-6' } }],
  [['profiles.night.model', 'haiku'], { profiles: { night: { model: 'haiku' } } }],
  [['profiles.budget.chain', 'ollama,gpt'], { profiles: { budget: { chain: ['ollama', 'gpt'] } } }],
  [['profiles.budget.failover', 'false'], { profiles: { budget: { failover: false } } }],
  [
    ['profiles.budget.env.GREETING', 'true'],
    { profiles: { budget: { env: { GREETING: 'true' } } } },
  ],
  [['profiles.budget.env.port', '80'], { profiles: { budget: { env: { port: '80' } } } }],
  [['profiles.budget.limit', '20/day'], { profiles: { budget: { limit: '20/day' } } }],
  [['failover.failures', '3'], { failover: { failures: 3 } }],
  [['gateway.port', '5757'], { gateway: { port: 5757 } }],
  [['gateway.drainSeconds', '600'], { gateway: { drainSeconds: 600 } }],
  [['gateway.autostart', 'false'], { gateway: { autostart: false } }],
  [['ledger.url', 'postgresql:///llmsel'], { ledger: { url: 'postgresql:///llmsel' } }],
  [['ledger.retentionDays', '90'], { ledger: { retentionDays: 90 } }],
  [['providers.ollama.model', 'qwen3:8b'], { providers: { ollama: { model: 'qwen3:8b' } } }],
  [
    ['models.gpt-5.4-mine', '{"provider":"openai","input":"1"}'],
    { models: { 'gpt-5.4-mine': { provider: 'openai', input: '1' } } },
  ],
])('config set %j', async (words, expected) => {
  const config = memoryConfig()
  expect(await run(['config', 'set', ...words], { config })).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect(config.current).toEqual(expected)
})

test.each([
  [['nope', '1'], 'no setting "nope"'],
  [['default', 'hiaku'], 'no profile or model "hiaku"'],
  [['profiles.x.model', 'hiaku'], 'no profile or model "hiaku", which profile "x" names'],
  [['profiles.budget.failover', 'yes'], '"profiles.budget.failover" must be true or false'],
  [['failover.failures', 'many'], '"failover.failures" must be a whole number from 1 to 1000'],
  [['providers.claude.baseUrl', 'ftp://x'], 'must be an http or https URL'],
  [['pins.sonnet', 'hiaku'], 'no profile or model "hiaku"'],
  [['models.x', '{'], '"models.x" must be an object'],
  [['ledger.url', 'mysql://db'], '"ledger.url" must be the URL of a PostgreSQL database'],
  [['ledger.url', 'postgres://a b'], '"ledger.url" must be the URL of a PostgreSQL database'],
  [['ledger.retentionDays', '0'], '"ledger.retentionDays" must be a number of days'],
  [['ledger.retentionDays', 'all'], '"ledger.retentionDays" must be a number of days'],
])('config set %j changes nothing', async (words, message) => {
  const config = memoryConfig({ default: 'free' })
  const { code, stdout, stderr } = await run(['config', 'set', ...words], { config })
  expect({ code, stdout, current: config.current }).toEqual({
    code: 2,
    stdout: '',
    current: { default: 'free' },
  })
  expect(stderr).toContain(message)
})

test('get, unset, list and path', async () => {
  const config = memoryConfig({
    default: 'free',
    profiles: { budget: { chain: ['ollama', 'gpt'] } },
  })
  expect((await run('config get profiles.budget.chain', { config })).stdout).toBe('ollama,gpt\n')
  expect((await run('config get profiles.budget.chain --json', { config })).stdout).toBe(
    '[\n  "ollama",\n  "gpt"\n]\n',
  )
  expect((await run('config list', { config })).stdout).toBe(
    'default=free\nprofiles.budget.chain=ollama,gpt\n',
  )
  expect((await run('config path', { config })).stdout).toBe(
    '/home/me/.config/llmsel/config.json\n',
  )
  expect((await run('config unset default', { config })).code).toBe(0)
  expect(config.current).toEqual({ profiles: { budget: { chain: ['ollama', 'gpt'] } } })
  expect(await run('config unset default', { config })).toMatchObject({
    code: 1,
    stderr: 'llmsel: "default" is not set\nrun: llmsel config list\n',
  })
  expect(await run('config get default --json', { config })).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      '{"error":{"code":"not-found","message":"\\"default\\" is not set","hint":"run: llmsel config list"}}\n',
  })
})

test.each([
  ['profiles.a', { default: 'a', profiles: { a: { model: 'haiku' } } }, 'default'],
  [
    'models.mm',
    { models: { mm: { provider: 'ollama' } }, profiles: { budget: { chain: ['mm'] } } },
    'profiles.budget.chain',
  ],
  ['models.mm', { pins: { gpt: 'mm' }, models: { mm: { provider: 'openai' } } }, 'pins.gpt'],
])('config unset %s changes nothing where %j', async (key, document, place) => {
  const config = memoryConfig(document)
  expect(await run(`config unset ${key}`, { config })).toMatchObject({
    code: 1,
    stderr: `llmsel: "${key}" is still named by ${place}\nchange that first: llmsel config get ${place}\n`,
  })
  expect(config.current).toEqual(document)
})

test('config unset leaves no profile without a model, and mends a file that names one no longer', async () => {
  const config = memoryConfig({ profiles: { a: { model: 'haiku', failover: true } } })
  expect(await run('config unset profiles.a.model', { config })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('profiles.a.model: no profile or model "a"'),
  })
  const broken = memoryConfig({ default: 'gone', profiles: { a: { model: 'gone' } } })
  expect(await run('config unset profiles.a', { config: broken })).toMatchObject({ code: 0 })
  expect(await run('config unset default', { config: broken })).toMatchObject({ code: 0 })
  expect(broken.current).toEqual({})
})

test.each([
  ['', []],
  [' ollama , gpt ', ['ollama', 'gpt']],
])('a chain of %j is %j, which list and get show and set takes back', async (text, chain) => {
  const config = memoryConfig()
  expect((await run(['config', 'set', 'profiles.budget.chain', text], { config })).code).toBe(0)
  expect(config.current).toEqual({ profiles: { budget: { chain } } })
  const { stdout } = await run('config get profiles.budget.chain', { config })
  expect(stdout).toBe(`${chain.join(',')}\n`)
})

test.each([
  [{ nope: 1 }, 'unknown key "nope"'],
  [{ profiles: { night: { model: 'hiaku' } } }, 'no profile or model "hiaku"'],
])('a fault that the file has already is not blamed on the key: %j', async (document, message) => {
  const config = memoryConfig(document)
  const { code, stderr } = await run('config set default free', { config })
  expect(code).toBe(1)
  expect(stderr).toContain(`llmsel: ${config.path}: ${message}`)
  expect(stderr).toContain('nothing was changed; mend it first')
  expect(config.current).toEqual(document)
})

test.each([
  ['postgresql://me:s3cret@db.example/llmsel', 'postgresql://me:****@db.example/llmsel'],
  [
    'postgres://me:s3%40cret@db:5433/x?sslmode=require',
    'postgres://me:****@db:5433/x?sslmode=require',
  ],
  ['postgresql:///x?user=me&password=s3cret', 'postgresql:///x?user=me&password=****'],
  ['postgresql://me:s3@cret@db/x', 'postgresql://me:****@db/x'],
  ['postgresql://me@db/x', 'postgresql://me@db/x'],
])('the password of a ledger is not shown: %s', async (url, shown) => {
  const config = memoryConfig({ ledger: { url } })
  expect((await run('config get ledger.url', { config })).stdout).toBe(`${shown}\n`)
  expect((await run('config list', { config })).stdout).toBe(`ledger.url=${shown}\n`)
  expect((await run('config list --json', { config })).stdout).not.toContain('s3')
})

test('a bad URL of a ledger is refused without a word of it, from the file and the environment', async () => {
  const config = memoryConfig({ ledger: { url: 'mysql://me:s3cret@db' } })
  const read = await run('costs spent', { config })
  expect(read.code).not.toBe(0)
  const env = { LLMSEL_LEDGER_URL: 'mysql://me:s3cret@db' }
  const overridden = await run('costs spent', { env })
  expect(overridden).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('LLMSEL_LEDGER_URL'),
  })
  expect(read.stderr + overridden.stderr).not.toContain('s3cret')
})

test('the help has every setting, and every part of a model', async () => {
  const { stdout } = await run(['config', '--help'])
  const [, settings = ''] = stdout.split('for what you choose:\n')
  const forms = [...settings.matchAll(/^ {2}(\S+)/gm)].map(([, form]) => form)
  expect(forms).toEqual(KEY_FORMS)
  const [, known = ''] = /known here: ([^)]*)/.exec(refusedBy({ models: { m: { nope: 1 } } })) ?? []
  const [, model = ''] = /^ {2}models\.ID([^]*?)^ {2}\S/m.exec(settings) ?? []
  const parts = known.split(', ')
  expect(parts.length).toBeGreaterThan(5)
  expect(parts.filter((part) => !model.includes(part))).toEqual([])
})

function refusedBy(document: JsonObject): string {
  try {
    parseSettings(document)
    return ''
  } catch (error) {
    return String(error)
  }
}

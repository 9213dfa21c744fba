import { expect, test } from 'vitest'
import { memoryConfig, memoryFragments, run } from '../support/run.ts'

test.each(['sh', 'fish', 'powershell'])('the code for %s', async (shell) => {
  const { stdout, code } = await run(`env free --shell ${shell}`, { fragments: memoryFragments() })
  expect(code).toBe(0)
  await expect(stdout).toMatchFileSnapshot(`env-free.${shell}.txt`)
})

test('an unknown name puts nothing on stdout and gets the nearest one', async () => {
  expect(await run('env hiaku')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'llmsel: no profile or model "hiaku"\ndid you mean "haiku"? run: llmsel models\n',
  })
})

test('an unknown shell or format is a usage error', async () => {
  expect(await run('env haiku --shell tcsh')).toMatchObject({ code: 2, stdout: '' })
  expect(await run('env haiku --format xml')).toMatchObject({ code: 2, stdout: '' })
})

test('json is what to set and what to unset', async () => {
  const { stdout } = await run('env premium --format json')
  const { set, unset, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({})
  expect(set).toMatchObject({ CLAUDE_MODEL: 'claude-sonnet-5-5', LLM_FAILOVER_ENABLED: 'false' })
  expect(unset).toEqual(expect.arrayContaining(['ANTHROPIC_BASE_URL', 'OPENAI_API_KEY']))
})

test('for nushell it is json, unless another format is asked for', async () => {
  const { stdout } = await run('env haiku --shell nu')
  expect(JSON.parse(stdout).set).toMatchObject({ CLAUDE_MODEL: 'claude-haiku-5-5' })
  const dotenv = await run('env haiku --shell nu --format dotenv')
  expect(dotenv.stdout).toMatch(/^CLAUDE_MODEL=claude-haiku-5-5$/m)
})

test("json leaves the person's own routes alone and gives back what a profile put aside", async () => {
  const own = await run('env premium --json', { env: { ANTHROPIC_BASE_URL: 'https://corp' } })
  expect(own.stdout).not.toContain('ANTHROPIC_BASE_URL')
  const held = {
    __LLMSEL_SET: 'ANTHROPIC_BASE_URL OPENAI_BASE_URL',
    __LLMSEL_OLD_ANTHROPIC_BASE_URL: 'https://corp',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:11434',
    OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
  }
  const { set, unset } = JSON.parse((await run('env premium --json', { env: held })).stdout)
  expect(set['ANTHROPIC_BASE_URL']).toBe('https://corp')
  expect(unset).toContain('OPENAI_BASE_URL')
})

test('dotenv quotes what needs it and says what it cannot hold', async () => {
  const config = (value: string) =>
    memoryConfig({ profiles: { mine: { model: 'haiku', env: { GREETING: value } } } })
  const line = async (value: string) => {
    const { stdout } = await run('env mine --format dotenv', { config: config(value) })
    return stdout.split('\n').find((each) => each.startsWith('GREETING='))
  }
  expect(await line('plain-1.2')).toBe('GREETING=plain-1.2')
  expect(await line('two words')).toBe("GREETING='two words'")
  expect(await line("it's")).toBe(`GREETING="it's"`)
  expect(await line("it's $x")).toBe("GREETING=`it's $x`")
  const refused = await run('env mine --format dotenv', { config: config('\'"`') })
  expect(refused).toMatchObject({ code: 2, stdout: '' })
})

test('without a name: this shell, then the session, then the user default, then premium', async () => {
  const profile = async (env: Record<string, string>, config = memoryConfig()) =>
    JSON.parse((await run('env --json', { env, config })).stdout).set.LLMSEL_PROFILE
  expect(await profile({})).toBe('premium')
  expect(await profile({}, memoryConfig({ default: 'budget' }))).toBe('budget')
  const session = { LLMSEL_SESSION_PROFILE: 'free' }
  expect(await profile(session, memoryConfig({ default: 'budget' }))).toBe('free')
  expect(await profile({ ...session, LLMSEL_PROFILE: 'opus' })).toBe('opus')
})

test('a fragment ends with the next move of the calendar', async () => {
  const fragments = memoryFragments()
  const on = async (day: string, name: string) => {
    const clock = { now: () => new Date(`${day}T08:00:00Z`) }
    const { stdout } = await run(`env ${name}`, { fragments, clock })
    return { stdout, fragment: fragments.kept.at(-1) }
  }
  expect((await on('2026-10-01', 'haiku')).fragment?.until).toBe('2026-10-07')
  const active = await on('2026-11-22', 'haiku')
  expect(active.fragment).toMatchObject({ syntax: 'sh', name: 'haiku', text: active.stdout })
})

test('a retired model is warned of at every prompt, and from an rc file once a day', async () => {
  const fragments = memoryFragments()
  const { stdout } = await run('env haiku-3.5', { fragments })
  const [fragment] = fragments.kept
  expect(fragment?.until).toBe('2026-11-23')
  const count = (text = ''): number => text.split('retired').length - 1
  expect(count(stdout)).toBe(2)
  expect(count(fragment?.text)).toBe(1)
})

test('what cannot be kept is not warned of from an rc file at all', async () => {
  const { stdout } = await run('env haiku-3.5', {
    fragments: { ...memoryFragments(), keep: async () => false },
  })
  expect(stdout.split('retired').length - 1).toBe(1)
})

test('an override of one run is kept in no fragment', async () => {
  const env = { LLMSEL_CLAUDE_BASE_URL: 'http://127.0.0.1:9' }
  expect((await run('env haiku', { env })).stdout).toContain('http://127.0.0.1:9')
})

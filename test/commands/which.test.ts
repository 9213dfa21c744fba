import { expect, test } from 'vitest'
import { memoryConfig, run } from '../support/run.ts'

async function envOf(name: string): Promise<Record<string, string>> {
  return JSON.parse((await run(`env ${name} --json`)).stdout).set
}

test('where nothing is active it exits 0 with the line that activates', async () => {
  expect(await run('which')).toEqual({
    code: 0,
    stdout:
      'not active in this shell; a new session would get premium (built-in)\n' +
      'to activate: eval "$(llmsel env premium)"\n',
    stderr: '',
  })
  const { stdout } = await run('which', { config: memoryConfig({ default: 'free' }) })
  expect(stdout).toContain('would get free (user config)')
})

test('a row for each variable with its origin, and the drift with its cause', async () => {
  const env = {
    ...(await envOf('budget')),
    LLMSEL_ORIGIN: 'session crawler',
    CLAUDE_MODEL: 'claude-opus-5-5',
    ANTHROPIC_API_KEY: 'sk-secret',
  }
  const { stdout } = await run('which', { env })
  await expect(stdout).toMatchFileSnapshot('which-drift.txt')
  expect(stdout).not.toContain('sk-secret')
})

test('--short is one line, marked where a model variable has changed since', async () => {
  const env = await envOf('haiku')
  expect((await run('which --short', { env })).stdout).toBe('haiku claude-haiku-5-5\n')
  const drifted = { ...env, ANTHROPIC_MODEL: 'x' }
  expect((await run('which --short', { env: drifted })).stdout).toBe('haiku claude-haiku-5-5 !\n')
  expect((await run('which --short')).stdout).toBe('')
})

test('--json is one document of one shape', async () => {
  const none = JSON.parse((await run('which --json')).stdout)
  const some = JSON.parse((await run('which --json', { env: await envOf('free') })).stdout)
  expect(Object.keys(none)).toEqual(['active', 'next', 'variables'])
  expect(Object.keys(some)).toEqual(Object.keys(none))
  expect(some.active).toEqual({
    profile: 'free',
    model: 'llama3.2',
    origin: { kind: 'shell' },
    meansNow: null,
  })
  expect(Object.keys(some.variables[0])).toEqual(['name', 'value', 'setBy', 'drift'])
})

test('a profile that means another model by now is said on stderr', async () => {
  const env = await envOf('haiku')
  const config = memoryConfig({ pins: { haiku: 'claude-haiku-4-5-20251001' } })
  expect((await run('which', { env, config })).stderr).toBe(
    'llmsel: haiku now means claude-haiku-4-5-20251001; this shell still has claude-haiku-5-5\n',
  )
})

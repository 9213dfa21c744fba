import { expect, test } from 'vitest'
import type { Streams, Surroundings } from '../../src/ports.ts'
import { bareMachine, memoryConfig, run } from '../support/run.ts'

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

test('on a narrow terminal the table keeps its columns, and what should be stands below', async () => {
  const env = {
    ...(await envOf('budget')),
    LLMSEL_ORIGIN: 'session crawler',
    CLAUDE_MODEL: 'claude-opus-5-5',
  }
  const terminal = (columns: number) => ({
    streams: { isTty: true, columns } as Partial<Streams> as Streams,
  })
  const narrow = (await run('which', { env, ...terminal(80) })).stdout
  expect(narrow.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(narrow).toMatch(/^CLAUDE_MODEL +claude-opus-5-5 +not llmsel +drift$/m)
  expect(narrow).toMatch(/^ANTHROPIC_MODEL +claude-haiku-5-5 +tmux session$/m)
  expect(narrow).toMatch(/^CLAUDE_MODEL should be claude-haiku-5-5, but was set by something/m)
  const wide = (await run('which', { env, ...terminal(120) })).stdout
  expect(wide).toMatch(/^CLAUDE_MODEL .* not llmsel +drift: should be claude-haiku-5-5$/m)
  expect(wide).toMatch(/^ANTHROPIC_MODEL +claude-haiku-5-5 +tmux session crawler$/m)
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
  expect(Object.keys(none)).toEqual(['active', 'next', 'variables', 'claudeSettings', 'checks'])
  expect([none.claudeSettings, none.checks]).toEqual([[], []])
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

function around(changes: Partial<Surroundings>) {
  return { openSurroundings: async () => ({ ...bareMachine, ...changes }) }
}

const settingsFile = (text: string) => ({
  claudeSettings: () => [
    { path: '~/.claude/settings.json', content: { kind: 'text', text } as const },
  ],
})

test("Claude Code's settings files are a line each, and a broken one is no failure", async () => {
  const ports = around(
    settingsFile('{"env": {"ANTHROPIC_MODEL": "claude-opus-5-5", "ANTHROPIC_API_KEY": "sk-x"}}'),
  )
  const { stdout } = await run('which', ports)
  expect(stdout).toContain(
    '~/.claude/settings.json sets ANTHROPIC_MODEL=claude-opus-5-5; ' +
      'Claude Code uses that, whatever the shell says\n',
  )
  expect(stdout).toContain('ANTHROPIC_API_KEY=(set, hidden)')
  expect(JSON.parse((await run('which --json', ports)).stdout).claudeSettings[0]).toEqual({
    file: '~/.claude/settings.json',
    name: 'ANTHROPIC_MODEL',
    value: 'claude-opus-5-5',
    wins: true,
  })
  expect(await run('which', around(settingsFile('{')))).toMatchObject({
    code: 0,
    stderr: 'llmsel: not looked at: ~/.claude/settings.json: it is not JSON\n',
  })
})

test('--check says what works and what does not; exit 1 when something does not', async () => {
  const env = { ...(await envOf('sonnet')), ANTHROPIC_API_KEY: 'sk-secret' }
  const asked: string[] = []
  const answering = around({ accepts: async (origin) => asked.push(origin) > 0 })
  expect(await run('which --check', { env, ...answering })).toMatchObject({ code: 0 })
  expect(asked).toEqual(['https://api.anthropic.com'])
  const { code, stdout } = await run('which --check --json', { env })
  expect(code).toBe(1)
  expect(stdout).not.toContain('sk-secret')
  expect(JSON.parse(stdout).checks).toEqual([
    { check: 'model', state: 'ok', message: 'claude-sonnet-5-5 is not retired', fix: null },
    { check: 'key', state: 'ok', message: 'ANTHROPIC_API_KEY is set', fix: null },
    {
      check: 'endpoint',
      state: 'problem',
      message: 'nothing accepts a connection at https://api.anthropic.com within a second',
      fix: expect.stringContaining('llmsel config set providers.claude.baseUrl'),
    },
  ])
})

test('--check of a local model asks Ollama alone', async () => {
  const env = await envOf('free')
  const ollama = { models: ['qwen3:8b'], loaded: [] }
  const ports = around({ ollama: async () => ollama })
  const { code, stdout } = await run('which --check', { env, ...ports })
  expect(code).toBe(1)
  expect(stdout).toContain(
    'problem\tollama\tOllama at http://127.0.0.1:11434 has not pulled llama3.2\tollama pull llama3.2\n',
  )
  ollama.models.push('llama3.2:latest')
  expect((await run('which --check', { env, ...ports })).code).toBe(0)
})

test('drift names the line of the start-up file that sets the variable', async () => {
  const bashrc = {
    path: '~/.bashrc',
    shell: 'bash',
    role: 'rc',
    content: { kind: 'text', text: 'eval "$(llmsel env haiku)"\nexport A=1 CLAUDE_MODEL=x\n' },
  } as const
  const env = { ...(await envOf('haiku')), CLAUDE_MODEL: 'x' }
  const openSurroundings = async () => ({ ...bareMachine, startupFiles: async () => [bashrc] })
  const { stdout } = await run('which', { env, openSurroundings })
  expect(stdout).toContain('CLAUDE_MODEL was set by ~/.bashrc:2\n')
  const { variables } = JSON.parse((await run('which --json', { env, openSurroundings })).stdout)
  expect(variables[0].drift).toEqual({ expected: 'claude-haiku-5-5', likelyCause: '~/.bashrc:2' })
})

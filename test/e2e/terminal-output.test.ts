import { spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, sandbox, type Sandbox } from '../support/tmux.ts'

let machine: Sandbox

beforeAll(() => {
  machine = sandbox()
  machine.file('w.sh', 'echo out; sleep 600\n')
  machine.llmsel(['session', 'new', 'free', '--name', 'done', '--run', 'true', '--wait'])
  for (const name of ['crawler', 'a-session-with-a-rather-long-name'])
    machine.llmsel(['session', 'new', 'free', '--name', name, '--run', 'w.sh'])
})

afterAll(() => machine.close())

/** What a terminal of so many columns gets to see of a shell command. */
function onTerminal(command: string, columns: number, extra: Record<string, string> = {}): string {
  const { NO_COLOR: _, ...env } = machine.env
  const { stdout, status } = spawnSync(
    'script',
    ['-qec', `stty cols ${columns} rows 50; ${command}`, '/dev/null'],
    { env: { ...env, TERM: 'xterm', ...extra }, cwd: machine.cwd, encoding: 'utf8' },
  )
  expect([0, 1]).toContain(status)
  return stdout.replaceAll('\r', '')
}

const DRIFTED = 'eval "$(llmsel env haiku)"; export CLAUDE_MODEL=claude-opus-5-5;'

const REPORTS = [
  'llmsel models',
  'llmsel models --all',
  'llmsel models show sonnet',
  'llmsel models show gpt-6-sol',
  'llmsel costs',
  'llmsel doctor',
  'llmsel failover --profile budget',
  'llmsel keys list',
  `${DRIFTED} llmsel which`,
  'eval "$(llmsel env free)"; llmsel which --check',
  'llmsel session list',
  'llmsel session list --all',
  'llmsel session prune --dry-run',
] as const

test.each(REPORTS)('%s fits 80 columns, with and without colour', (command) => {
  const coloured = onTerminal(command, 80)
  const plain = stripVTControlCharacters(coloured)
  expect(plain.length).toBeGreaterThan(20)
  // A command that mends something is to be copied, so it stays on its line.
  const wide = plain.split('\n').filter((line) => line.length > 80 && !/^ *→/.test(line))
  expect(wide).toEqual([])
  // Colour says nothing that the text does not.
  const ages = /(?:started|\d+ \w+ ago|now) */g
  const uncoloured = onTerminal(command, 80, { NO_COLOR: '1' })
  expect(uncoloured).not.toContain('\u001b')
  expect(uncoloured.replaceAll(ages, 'then')).toBe(plain.replaceAll(ages, 'then'))
  expect(onTerminal(`${command} --no-color`, 80)).not.toContain('\u001b')
})

test('a prompt has no colour either', async () => {
  const asked = async (name: string, command: string) => {
    machine.tmux('new-session', '-d', '-s', name, `env -u NO_COLOR TERM=screen ${command}`)
    const screen = () => machine.tmux('capture-pane', '-p', '-e', '-t', `=${name}:`)
    return await eventually(() => /Key of claude/.test(screen()) && screen())
  }
  expect(await asked('in-colour', 'llmsel keys set claude')).toContain('\u001b[34m')
  expect(await asked('plain', 'llmsel keys set claude --no-color')).not.toContain('\u001b')
})

test('a wider terminal shows more', () => {
  expect(onTerminal('llmsel models', 80)).not.toContain('use case')
  expect(onTerminal('llmsel models', 200)).toMatch(/aliases.*use case/)
  expect(onTerminal(`${DRIFTED} llmsel which`, 120)).toContain('drift: should be claude-haiku-5-5')
})

test('a path that is too long is left out, and a wide terminal has it', () => {
  expect(onTerminal('llmsel session prune --dry-run', 80, { NO_COLOR: '1' })).toBe(
    'removed  state\ndone     exited 0\n',
  )
  expect(onTerminal('llmsel session prune --dry-run', 300)).toContain('/log')
  expect(onTerminal('llmsel session stop done', 80, { NO_COLOR: '1' })).toBe(
    'stopped  processes\ndone     0\n',
  )
})

test('a session says what it will do within 80 columns, and in a pipe on whole lines', () => {
  const command = 'llmsel session new budget --run true --name'
  const narrow = onTerminal(`${command} a`, 80, { NO_COLOR: '1', ANTHROPIC_API_KEY: 'k' })
  expect(narrow.split('\n').filter((line) => line.length > 80 && !/^ *→/.test(line))).toEqual([])
  expect(narrow).toContain('\nlog       llmsel session logs a\n')
  const piped = machine.llmsel(`${command.slice(7)} b`.split(' ')).stderr
  expect(piped).toMatch(/\nlog +\/.*\/log\n/)
})

test('--no-color after -- is for the worker', () => {
  machine.file('args.sh', 'echo "got $*"\n')
  const words = ['--name', 'args', '--run', 'args.sh', '--wait', '--', '--no-color']
  expect(machine.llmsel(['session', 'new', 'free', ...words]).code).toBe(0)
  expect(machine.llmsel(['session', 'logs', 'args']).stdout).toContain('got --no-color')
})

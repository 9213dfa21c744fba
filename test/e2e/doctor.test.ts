import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { llmsel } from '../support/launcher.ts'
import { sandbox } from '../support/tmux.ts'

const machine = forEachTest(sandbox)

interface Row {
  readonly check: string
  readonly state: string
  readonly message: string
  readonly fix: string | null
}

function doctor(...words: string[]): { code: number; rows: Row[] } {
  const { code, stdout, stderr } = machine.llmsel(['doctor', '--json', ...words], {
    LLMSEL_OLLAMA_BASE_URL: 'http://127.0.0.1:1',
  })
  expect(stderr).toBe('')
  return { code, rows: JSON.parse(stdout).findings }
}

function of(check: string, rows: readonly Row[]): string[] {
  return rows
    .filter((row) => row.check === check)
    .map(({ state, message }) => `${state}: ${message}`)
}

function atHome(path: string, text: string): string {
  const file = join(machine.home, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

test('a fresh machine: nothing is broken, and nothing is written', () => {
  const { code, rows } = doctor()
  expect(code).toBe(0)
  expect(of('path', rows)).toEqual([
    expect.stringMatching(/^ok: PATH finds this llmsel: .*\/bin\/llmsel$/),
  ])
  expect(of('config', rows)).toEqual(['ok: no config file: nothing is set'])
  expect(of('shell', rows)).toEqual([
    'note: bash does not load llmsel, so `llmsel use` cannot act on a shell',
  ])
  expect(readdirSync(machine.home)).toEqual([])
})

test.each([
  ['a link to itself', (path: string) => symlinkSync(path, path)],
  ['a folder', (path: string) => mkdirSync(path, { mode: 0o755 })],
])('a config file that is %s is broken, and left alone', (_name, make) => {
  const folder = join(machine.home, '.config/llmsel')
  mkdirSync(folder, { recursive: true })
  make(join(folder, 'config.json'))
  const { code, rows } = doctor('--fix')
  expect(code).toBe(1)
  expect(of('config', rows)).toEqual([expect.stringMatching(/^broken: cannot read /)])
  expect(of('permissions', rows)).toEqual([])
})

test('what it says mends what it found: llmsel init --install', () => {
  atHome('.bashrc', 'alias x=y\n')
  const note = doctor().rows.find(({ check }) => check === 'shell')
  expect(note?.fix).toBe('llmsel init bash --install')
  expect(machine.llmsel((note?.fix ?? '').split(' ').slice(1)).code).toBe(0)
  const { rows } = doctor()
  expect(of('shell', rows)).toEqual(['ok: ~/.bashrc loads llmsel'])
  expect(of('login', rows)).toEqual([])
})

test('--fix makes the config private and removes what other versions left, and nothing else', () => {
  machine.llmsel(['config', 'set', 'default', 'budget'])
  machine.llmsel(['env', 'haiku'])
  const config = join(machine.home, '.config/llmsel/config.json')
  const rendered = join(machine.home, '.local/state/llmsel/env')
  const before = readdirSync(rendered)
  mkdirSync(join(rendered, '0.0.9/sh'), { recursive: true })
  mkdirSync(join(rendered, 'not a version'))
  chmodSync(config, 0o664)
  const { rows } = doctor('--fix')
  expect(of('permissions', rows)).toEqual([`ok: others can change ${config} (0664): made it 0600`])
  expect(statSync(config).mode & 0o777).toBe(0o600)
  expect(readdirSync(rendered)).toEqual(expect.arrayContaining([...before, 'not a version']))
  expect(existsSync(join(rendered, '0.0.9'))).toBe(false)
  expect(readFileSync(config, 'utf8')).toContain('budget')
})

test('a config that is not JSON, and a state folder that cannot be made, are broken', () => {
  atHome('.config/llmsel/config.json', '{')
  atHome('.local', 'a file in its place')
  const { code, rows } = doctor()
  expect(code).toBe(1)
  expect(of('config', rows)).toEqual([expect.stringMatching(/^broken: .*config\.json is not JSON/)])
  expect(of('state', rows)).toEqual([expect.stringMatching(/^broken: .*\.local cannot be written/)])
})

test("tmux: a variable of ours in the server's update-environment, and a server that is gone", () => {
  machine.tmux('new-session', '-d', '-s', 'x')
  machine.tmux('set-option', '-ga', 'update-environment', ' CLAUDE_MODEL')
  const warning = doctor().rows.find(({ check }) => check === 'update-environment')
  expect(warning?.message).toContain('holds CLAUDE_MODEL')
  const [, option = ''] = /tmux set-option -gu '(.*)',/.exec(warning?.fix ?? '') ?? []
  machine.tmux('set-option', '-gu', option)
  expect(of('update-environment', doctor().rows)).toEqual([])
  spawnSync('kill', ['-9', machine.tmux('display-message', '-p', '#{pid}')])
  expect(of('tmux-socket', doctor().rows)).toEqual([
    expect.stringMatching(/^note: no tmux server answers at .*; the next session starts one$/),
  ])
})

test("Claude Code's settings: a large one and a pipe are refused, the others are read", () => {
  atHome('.claude/settings.json', ' '.repeat(10 << 20))
  machine.file('.claude/settings.json', '{"env": {"ANTHROPIC_MODEL": "claude-opus-5-5"}}')
  spawnSync('mkfifo', [join(machine.cwd, '.claude/settings.local.json')])
  const { stdout, stderr, code } = machine.llmsel(['which'])
  expect(code).toBe(0)
  expect(stdout).toContain(
    `.claude/settings.json sets ANTHROPIC_MODEL=claude-opus-5-5; Claude Code uses that, whatever the shell says\n`,
  )
  expect(stderr).toContain('~/.claude/settings.json: it is longer than 1048576 bytes\n')
  expect(stderr).toContain('settings.local.json: it is no regular file\n')
  expect(of('claude-settings', doctor().rows).map((line) => line.split(':')[0])).toEqual([
    'warning',
    'note',
    'note',
  ])
})

test('an Ollama that asks for a key is told apart from none', async () => {
  // In a process of its own, since the command is waited for.
  const code = `require('http').createServer((_, reply) => reply.writeHead(401).end('{"error":"no"}'))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const server = spawn(process.execPath, ['-e', code], { env: {} })
  const port = await new Promise<string>((resolve) =>
    server.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
  )
  const env = { ...machine.env, LLMSEL_OLLAMA_BASE_URL: `http://127.0.0.1:${port}` }
  const says = `Ollama at http://127.0.0.1:${port} asks for a key`
  const own = { ...env, LLMSEL_PROFILE: 'free', LLMSEL_MODEL: 'llama3.2' }
  const all = [llmsel(['doctor'], env), llmsel(['which', '--check'], own)]
  const setup = llmsel(['setup', '--dry-run'], env)
  server.kill()
  for (const { stdout } of all) {
    expect(stdout).toContain(says)
    expect(stdout).toContain('llmsel keys set ollama')
    expect(stdout).not.toContain('ollama serve')
  }
  expect(setup.stdout + setup.stderr).toContain('asks for a key')
})

test('an Ollama that never answers holds nothing up', async () => {
  const server: Server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const env = { ...machine.env, LLMSEL_OLLAMA_BASE_URL: `http://127.0.0.1:${port}` }
  const { stdout } = llmsel(['doctor'], env)
  const checked = llmsel(['which', '--check'], {
    ...env,
    LLMSEL_PROFILE: 'free',
    LLMSEL_MODEL: 'llama3.2',
  })
  server.close()
  expect(stdout).toContain(`no Ollama answers at http://127.0.0.1:${port}`)
  expect(checked.status).toBe(1)
  expect(checked.stdout).toContain('ollama serve')
})

import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

function nothingLeft(): void {
  expect(box.tmux('list-sessions')).toBe('')
  expect(existsSync(box.sessions) ? readdirSync(box.sessions) : []).toEqual([])
}

test.each([
  ['a.b', '"." is not allowed'],
  ['a:b', '":" is not allowed'],
  ['n#(touch pwned)', '"#" is not allowed'],
  ['two words', '" " is not allowed'],
  ['', 'it is empty'],
  ['-x', 'it begins with "-"'],
  ['x'.repeat(65), 'it has 65 characters'],
])('no session is named %j', (name, problem) => {
  expect(box.llmsel(['session', 'new', 'free', `--name=${name}`, '--run', 'true'])).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(problem),
  })
  nothingLeft()
  expect(readdirSync(box.cwd)).toEqual([])
})

test.each([
  [['budgte'], 2, 'did you mean "budget"?'],
  [['budget', 'stray'], 2, 'unexpected argument "stray"'],
  [['--run', 'workers/none.py'], 1, 'missing worker file: workers/none.py'],
  [['--run', 'none.py'], 1, 'missing worker file: none.py'],
  [['--run', './folder'], 1, 'the worker is a directory'],
  [['--run', 'bad.rb'], 1, 'python9 is not installed'],
  [['--run', 'plain.txt'], 127, ''],
  [['--run', './plain.txt'], 1, 'cannot tell what runs'],
  [['--run', ' '], 2, '--run needs a file or a command'],
  [['--run', '--', 'echo', 'hi', '--wait'], 2, '--run needs a file or a command'],
  [['--shell', '--run', '--', 'claude'], 2, '--run needs a file or a command'],
  [['--', 'no-such-program'], 1, 'no-such-program is not installed'],
  [['--', './no-such-program'], 1, 'no program that can be run: ./no-such-program'],
  [['--', './folder'], 1, 'no program that can be run: ./folder'],
  [['--', './plain.txt'], 1, 'no program that can be run: ./plain.txt'],
  [['--run', 'true', '--cwd', 'nowhere'], 1, 'no such folder: nowhere'],
  [['--run', 'true', '--cwd', 'plain.txt'], 1, 'no such folder: plain.txt'],
  [['--run', 'true', '--env', 'novalue'], 2, '--env needs NAME=VALUE, not "novalue"'],
  [['--run', 'true', '--env', '1A=x'], 2, '--env needs NAME=VALUE, not "1A"'],
  [['--run', 'true', '--env', 'path=x'], 2, '--env path: a shell keeps this name for itself'],
  [['--run', 'true', '--env', 'LLMSEL_SESSION=x'], 2, '--env LLMSEL_SESSION: llmsel sets it'],
  [['--wait'], 2, '--wait waits for a worker'],
  [['--attach'], 1, '--attach needs a terminal'],
  [['--shell', '--', 'a'], 2, 'arguments after -- need --run'],
])('session new %j ends before anything is created', (words, code, message) => {
  box.file('folder/x', '')
  box.file('bad.rb', '#!/usr/bin/env python9\n', 0o755)
  box.file('plain.txt', 'no program')
  const isWaiting = code === 127
  const result = box.llmsel(['session', 'new', ...(isWaiting ? ['--wait'] : []), ...words])
  expect(result).toMatchObject({ code, stderr: expect.stringContaining(message) })
  if (!isWaiting) nothingLeft()
})

test('a value that no process could be started with is refused', () => {
  const words = ['session', 'new', 'free', '--run', 'true', '--env', `A=${'x'.repeat(100_001)}`]
  expect(box.llmsel(words)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('longer than 100000 bytes'),
  })
  nothingLeft()
})

test('profiles and models whose name is no session name are slugged', () => {
  const name = (profile: string) =>
    box.llmsel(['session', 'new', profile, '--run', 'sleep 60']).stdout.split('\t')[0]
  expect(['sonnet-4.5', 'qwen3:8b', 'sonnet-4.5'].map(name)).toEqual([
    'sonnet-4-5',
    'qwen3-8b',
    'sonnet-4-5-2',
  ])
})

test('of a model that was retired it is said each time, also of what would be started', () => {
  const words = ['session', 'new', 'claude-3-5-haiku-20241022', '--run', 'true']
  for (const more of [['--dry-run'], [], []]) {
    const { code, stderr } = box.llmsel([...words, ...more])
    expect(code).toBe(0)
    expect(stderr).toContain('llmsel: claude-3-5-haiku-20241022 was retired on 2026-02-19')
  }
})

test('a taken name: an explicit one is refused, a dead one is used again and its log kept', async () => {
  const again = (...words: string[]) => box.llmsel(['session', 'new', 'free', ...words])
  expect(again('--name', 'job', '--run', 'echo first')).toMatchObject({ code: 0 })
  await eventually(() => box.llmsel(['session', 'list']).stdout.includes('exited 0'))
  expect(again('--name', 'job', '--run', 'echo second; sleep 60')).toMatchObject({ code: 0 })
  expect(again('--name', 'job', '--run', 'true')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('llmsel session attach job'),
  })
  expect(box.tmux('list-sessions', '-F', '#S')).toBe('job')
  expect(readdirSync(box.sessions)).toHaveLength(2)
  expect(box.llmsel(['session', 'logs', 'job']).stdout).toBe('second\n')
})

test('a session that was renamed in tmux goes by its new name, whatever it is', async () => {
  const session = (...words: string[]) => box.llmsel(['session', ...words])
  session('new', 'free', '--name', 'w1', '--run', 'echo out; sleep 60')
  for (const [before, name] of [
    ['w1', 'w9'],
    ['w9', 'my app'],
  ] as const) {
    box.tmux('rename-session', '-t', `=${before}`, name)
    await eventually(() => session('logs', name).stdout.startsWith('out\n'))
    expect(session('send', name, 'x')).toMatchObject({ code: 0 })
  }
  expect(session('stop', 'my app')).toMatchObject({ code: 0 })
  expect(session('stop', 'your app')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('" " is not allowed'),
  })
})

test('a foreign session’s name is never used, not even a dead one’s', () => {
  box.tmux('new-session', '-d', '-s', 'free', 'sleep 60')
  const { stdout, stderr } = box.llmsel(['session', 'new', 'free', '--run', 'true'])
  expect([stdout.split('\t')[0], stderr]).toEqual([
    'free-2',
    expect.stringContaining('this one is free-2'),
  ])
})

test('ten at the same instant get ten names, and nothing is half-made', async () => {
  const runs = await Promise.all(
    Array.from(
      { length: 10 },
      async () => await box.start(['session', 'new', 'free', '--run', 'sleep 60']),
    ),
  )
  expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0))
  const names = new Set(runs.map(({ stdout }) => stdout.split('\t')[0]))
  expect(names.size).toBe(10)
  expect(new Set(box.tmux('list-sessions', '-F', '#S').split('\n'))).toEqual(names)
  const folders = readdirSync(box.sessions).map((folder) => folder.split('.')[0])
  expect([folders.length, new Set(folders)]).toEqual([10, names])
})

test('a state folder that cannot be written, or is full, is named before anything is started', () => {
  const state = box.file('state', 'a file in its place')
  const run = ['session', 'new', 'free', '--run', 'true']
  expect(box.llmsel(run, { XDG_STATE_HOME: state })).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(`${state}/llmsel/sessions`),
  })
  expect(box.llmsel(run, { XDG_STATE_HOME: '/proc' })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/proc/llmsel/sessions'),
  })
  expect(box.tmux('list-sessions')).toBe('')
})

test('without HOME the state folder has no place', () => {
  const run = ['session', 'new', 'free', '--run', 'true']
  expect(box.llmsel(run, { HOME: undefined })).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('HOME is not set'),
  })
  expect(box.llmsel(run, { HOME: undefined, XDG_STATE_HOME: join(box.home, 'state') }).code).toBe(0)
})

test('tmux that is not found gets the way to it, and one too old the install line', () => {
  const bin = join(box.cwd, 'bin')
  for (const name of ['sh', 'env', 'date', 'mv', 'readlink', 'sleep']) {
    box.file(`bin/${name}`, '')
    rmSync(join(bin, name))
    symlinkSync(existsSync(`/bin/${name}`) ? `/bin/${name}` : `/usr/bin/${name}`, join(bin, name))
  }
  symlinkSync(process.execPath, join(bin, 'node'))
  const run = ['session', 'new', 'free', '--run', 'true']
  expect(box.llmsel(run, { PATH: bin })).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/tmux is not on PATH\nit is in \S+bin: add that to PATH/),
  })
  const old =
    '#!/bin/sh\n[ "$1" = -V ] && { echo tmux 3.0a; exit; }\necho "unknown flag -e" >&2\nexit 1\n'
  writeFileSync(join(bin, 'tmux'), old)
  chmodSync(join(bin, 'tmux'), 0o755)
  // It ends while it is still being written to.
  const more = ['A', 'B', 'C'].flatMap((name) => ['--env', `${name}=${'x'.repeat(100_000)}`])
  expect(box.llmsel([...run, ...more], { PATH: bin })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/tmux 3.0a is too old: sessions need tmux 3.2 .*\ninstall it: /),
  })
  nothingLeft()
})

test('without a terminal nothing attaches', () => {
  box.llmsel(['session', 'new', 'free', '--run', 'sleep 60'])
  expect(box.llmsel(['session', 'attach', 'free'])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('attaching needs a terminal'),
  })
})

test('--dry-run prints what tmux would be fed, without secrets, and does nothing', () => {
  const words = [
    'session',
    'new',
    'free',
    '--run',
    'true',
    '--env',
    'MY_TOKEN=sk-hidden',
    '--dry-run',
  ]
  const { code, stdout } = box.llmsel(words)
  expect(code).toBe(0)
  expect(stdout).toContain('new-session -d')
  expect(stdout).not.toContain('sk-hidden')
  expect(stdout.endsWith('\n')).toBe(true)
  expect(existsSync(box.sessions)).toBe(false)
  expect(box.tmux('list-sessions')).toBe('')
})

test('a session stays where tmux would destroy one that nobody is attached to', () => {
  writeFileSync(join(box.home, '.tmux.conf'), 'set-option -g destroy-unattached on\n')
  expect(box.llmsel(['session', 'new', 'free', '--run', 'sleep 60']).code).toBe(0)
  expect(box.llmsel(['session', 'list']).stdout).toMatch(/^free\t.*\trunning\t.*\n$/)
})

test('where tmux ends as nobody is attached, nothing is said to be started', () => {
  writeFileSync(join(box.home, '.tmux.conf'), 'set-option -s exit-unattached on\n')
  expect(box.llmsel(['session', 'new', 'free', '--run', 'sleep 60'])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('set-option -s exit-unattached off'),
  })
  nothingLeft()
})

test('a TMUX left over from a dead server does not matter', () => {
  const stale = { TMUX: join(dirname(box.home), 'gone', 'default') + ',1,0', TMUX_PANE: '%9' }
  expect(box.llmsel(['session', 'new', 'free', '--run', 'true', '--wait'], stale)).toMatchObject({
    code: 0,
  })
})

test('a session with a start that is no date is listed like the others', () => {
  box.llmsel(['session', 'new', 'free', '--run', 'sleep 60'])
  box.tmux('set-option', '-t', '=free:', '@llmsel_started', 'yesterday')
  expect(box.llmsel(['session', 'list'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^free\tfree\t.*\trunning\t-\t/),
  })
})

test('list is empty, and of one shape, where no server runs', () => {
  expect(box.llmsel(['session', 'list'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(box.llmsel(['session', 'ls', '--json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  expect(box.llmsel(['session', 'stop', '--all', '--json'])).toMatchObject({
    code: 0,
    stdout: '[]\n',
  })
})

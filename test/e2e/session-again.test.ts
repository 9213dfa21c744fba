import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER } from '../support/launcher.ts'
import { counting, oldFile, type Counting } from '../support/counting.ts'
import { eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(() => sandbox())
let counted: Counting

beforeEach(() => {
  counted = counting(box)
})

const again: Counting['again'] = (words, more) => counted.again(words, more)
const starts = (): number => counted.starts()

const SLEEP = ['budget', '--run', 'sleep 600']

/** All there is to see of a session, but for what each has of its own. */
function seen(name: string, { stdout, stderr }: Ran): unknown {
  const run = readdirSync(box.sessions).find((entry) => entry.startsWith(`${name}.`)) ?? ''
  const id = run.slice(name.length + 1)
  const record = JSON.parse(readFileSync(join(box.sessions, run, 'session.json'), 'utf8'))
  const plain = (text: string) =>
    text
      .replaceAll(id, 'ID')
      .replaceAll(record.startedAt, 'START')
      .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'NAME')
  const files = readdirSync(join(box.sessions, run), {
    recursive: true,
    encoding: 'utf8',
  }).toSorted()
  const fileFacts = files
    .filter((path) => !['server', 'log.end', 'exit'].includes(path))
    .map((path) => {
      const { mode, size } = statSync(join(box.sessions, run, path))
      const isFolder = (mode & 0o40000) !== 0
      const text = isFolder ? '' : plain(readFileSync(join(box.sessions, run, path), 'utf8'))
      return { path, mode, text, isEmpty: size === 0 }
    })
  const target = `=${name}:`
  return {
    files: fileFacts,
    folder: statSync(join(box.sessions, run)).mode,
    startedAt: record.startedAt.length,
    options: plain(box.tmux('show-options', '-t', target)),
    window: plain(box.tmux('show-options', '-w', '-t', target)),
    environment: plain(box.tmux('show-environment', '-t', target))
      .split('\n')
      .toSorted(),
    pane: plain(
      box.tmux(
        'display-message',
        '-p',
        '-t',
        target,
        '#{pane_current_path} #{window_name} #{pane_width}',
      ),
    ),
    process: plain(
      box.tmux('list-panes', '-t', target, '-F', '#{pane_start_command} #{pane_pipe}'),
    ),
    said: plain(stdout + stderr),
  }
}

test.each(['/bin/bash', '/usr/bin/zsh', '/usr/bin/fish', '/bin/dash'])(
  'asked for in the same words, a session starts without Node, and is the same (%s)',
  async (shell) => {
    const more = { SHELL: shell, ANTHROPIC_API_KEY: 'sk-ant-one_Two-3', no_proxy: 'a.example,b:80' }
    await oldFile(box, 'crawl.py', 'import time\ntime.sleep(600)\n')
    const words = ['budget', '--run', 'crawl.py', '--name']
    const first = again([...words, 'first'], more)
    expect(first).toMatchObject({ code: 0, nodes: 1 })
    const second = again([...words, 'second'], more)
    expect(second).toMatchObject({ code: 0, nodes: 0 })
    expect(seen('second', second)).toEqual(seen('first', first))
    expect(JSON.parse(box.llmsel(['session', 'list', '--json']).stdout)).toHaveLength(2)
  },
)

test('a folder of any name, and a profile with any value, come out as they are', () => {
  const folder = join(box.cwd, 'it\'s $(touch pwned) `x` \\ "y" é #[z] %d ;~\'\nnew')
  mkdirSync(folder)
  const value = `'"\\ $(touch pwned) \`x\` é #{pid} ; ~ %s`
  const profile = { model: 'haiku', env: { VALUE: value, MORE: '~x' } }
  const config = JSON.stringify({ profiles: { odd: profile } })
  utimesSync(
    box.file('../home/.config/llmsel/config.json', config, 0o600),
    1_700_000_000,
    1_700_000_000,
  )
  const start = (name: string): Ran => {
    const words = ['session', 'new', 'odd', '--run', 'sleep 600', '--name', name]
    const options = { env: counted.env, cwd: folder, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(LAUNCHER, words, options)
    return { code: status ?? -1, stdout, stderr }
  }
  const first = start('first')
  expect([first.code, starts()]).toEqual([0, 1])
  const second = start('second')
  expect([second.code, starts()]).toEqual([0, 1])
  expect(seen('second', second)).toEqual(seen('first', first))
  expect(box.tmux('show-environment', '-t', '=second:', 'VALUE')).toBe(`VALUE=${value}`)
  expect(readdirSync(folder)).toEqual([])
})

test('each has the key that its own shell has, and no file has any', async () => {
  const key = (text: string) => ({ ANTHROPIC_API_KEY: `sk-ant-${text}` })
  await oldFile(box, 'key', '#!/bin/sh\nprintenv ANTHROPIC_API_KEY\n', 0o755)
  const words = ['budget', '--run', './key', '--name']
  expect(again([...words, 'one'], key('1'))).toMatchObject({ code: 0, nodes: 1 })
  expect(again([...words, 'two'], key('2'))).toMatchObject({ code: 0, nodes: 0 })
  const log = (name: string) => box.llmsel(['session', 'logs', name]).stdout
  await eventually(() => log('two').includes('sk-ant-2'))
  expect(log('one')).toContain('sk-ant-1')
  const kept = spawnSync('grep', ['-rl', 'sk-ant-', join(box.home, '.local/state/llmsel')])
  expect(
    String(kept.stdout)
      .trim()
      .split('\n')
      .every((path) => path.endsWith('/log')),
  ).toBe(true)
  expect(again([...words, 'three'], key('it\'s "3" $(4);'))).toMatchObject({ code: 0, nodes: 1 })
  await eventually(() => log('three').includes('sk-ant-it\'s "3" $(4);'))
})

/** What makes it another launch, or one that must be looked at anew. */
const CHANGES: readonly (readonly [string, () => Record<string, string | undefined>])[] = [
  ['a key appears', () => ({ OPENAI_API_KEY: 'sk-x' })],
  ['the shell is another', () => ({ SHELL: '/bin/dash' })],
  ['PATH is another', () => ({ PATH: `${counted.env['PATH']}:/opt` })],
  ['an override is set', () => ({ LLMSEL_OLLAMA_BASE_URL: 'http://127.0.0.1:9' })],
  ['a profile is in use here', () => ({ LLMSEL_PROFILE: 'premium', LLMSEL_MODEL: 'x' })],
  ['it is another session that asks', () => ({ LLMSEL_SESSION: 'other' })],
  [
    'the config is another',
    () => {
      expect(box.llmsel(['config', 'set', 'profiles.budget.failover', 'false']).code).toBe(0)
      return {}
    },
  ],
  ['the configuration folder is another', () => ({ XDG_CONFIG_HOME: join(box.home, 'elsewhere') })],
  [
    'the worker has another first line',
    () => {
      box.file('crawl.sh', '#!/bin/bash\nsleep 600\n')
      return {}
    },
  ],
  [
    'the worker can be run by itself now',
    () => {
      chmodSync(join(box.cwd, 'crawl.sh'), 0o755)
      return {}
    },
  ],
]

test.each(CHANGES)('%s: Node is asked', async (_what, change) => {
  await oldFile(box, 'crawl.sh', '#!/bin/sh\nsleep 600\n')
  const words = ['budget', '--run', 'crawl.sh', '--name']
  expect(again([...words, 'first'])).toMatchObject({ code: 0, nodes: 1 })
  expect(again([...words, 'second'])).toMatchObject({ code: 0, nodes: 0 })
  expect(again([...words, 'third'], change())).toMatchObject({ code: 0, nodes: 1 })
})

test('a nearer interpreter, a worker that is gone and a name that is taken are found by Node', async () => {
  await oldFile(box, 'crawl.py', 'import time\ntime.sleep(600)\n')
  const words = ['budget', '--run', 'crawl.py']
  expect(again(words)).toMatchObject({ code: 0, nodes: 1 })
  const taken = again(words)
  expect(taken).toMatchObject({ code: 0, nodes: 1 })
  expect(taken.stderr).toContain('a session named budget is running; this one is budget-2')
  expect(again([...words, '--name', 'budget'])).toMatchObject({ code: 1, stdout: '' })
  box.file('.venv/bin/python', '#!/bin/sh\nexec python3 "$@"\n', 0o755)
  expect(again([...words, '--name', 'near'])).toMatchObject({ code: 0, nodes: 1 })
  rmSync(join(box.cwd, 'crawl.py'))
  expect(again([...words, '--name', 'gone'])).toMatchObject({ code: 1, nodes: 1, stdout: '' })
  expect(readdirSync(box.sessions).toSorted()).toHaveLength(3)
})

test('in a window of tmux it is the same, and the session is on its server', () => {
  const socket = join(box.home, 'own-tmux')
  const tmux = (...words: string[]) =>
    String(
      spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], { env: counted.env }).stdout,
    ).trim()
  const { LLMSEL_TMUX_SOCKET: _, ...rest } = counted.env
  // Where that is not found, the server would be one of the sandbox still, by TMUX_TMPDIR.
  const inside = (at: string, name: string) => {
    const before = starts()
    const { status } = spawnSync(LAUNCHER, ['session', 'new', ...SLEEP, '--name', name], {
      env: { ...rest, TMUX: at, TMUX_PANE: '%0' },
      cwd: box.cwd,
    })
    return { status, nodes: starts() - before }
  }
  tmux('new-session', '-d', '-s', 'own', 'sleep 600')
  const pid = tmux('display-message', '-p', '#{pid}')
  try {
    expect(inside(`${socket},${pid},0`, 'first')).toEqual({ status: 0, nodes: 1 })
    expect(inside(`${socket},${pid},7`, 'second')).toEqual({ status: 0, nodes: 0 })
    const names = tmux('list-sessions', '-F', '#{session_name}')
    expect(names.split('\n')).toEqual(['first', 'own', 'second'])
    tmux('kill-server')
    rmSync(socket, { force: true })
    // It is left over from a server that is gone: tmux itself would begin one there.
    expect(inside(`${socket},${pid},0`, 'third').nodes).toBe(1)
    expect(tmux('list-sessions')).toBe('')
  } finally {
    tmux('kill-server')
    spawnSync('tmux', ['kill-server'], { env: rest })
  }
})

test('a dead session gives its name away', async () => {
  expect(again(['budget', '--run', 'true'])).toMatchObject({ code: 0, nodes: 1 })
  const state = () => JSON.parse(box.llmsel(['session', 'list', '--json']).stdout)[0]?.state
  await eventually(() => state() === 'exited')
  expect(again(['budget', '--run', 'true'])).toMatchObject({
    code: 0,
    nodes: 0,
    stderr: expect.not.stringContaining('running'),
  })
})

test('whether Ollama listens is asked each time', async () => {
  const words = ['free', '--run', 'sleep 600', '--name']
  expect(again([...words, 'first']).stderr).toContain('no Ollama at http://127.0.0.1:11434')
  const server = createServer().listen(11434, '127.0.0.1')
  await eventually(() => server.listening)
  // Not in this process's way: the server answers in it.
  const child = await box.start(['session', 'new', ...words, 'listens'], counted.env)
  expect(child).toMatchObject({ code: 0, stderr: expect.stringContaining('ready: listens at') })
  await new Promise((resolve) => server.close(resolve))
  const last = again([...words, 'last'])
  expect(last).toMatchObject({ nodes: 0, stderr: expect.stringContaining('no Ollama at') })
  expect(starts()).toBe(1)
})

test.each(['../x.py', '-x', "it's", 'a;b', 'é', '', 'x\ny', '$(x)'])(
  'what is no plain word, %j, is left to Node, which keeps nothing of it',
  (run) => {
    const first = again(['budget', '--run', run, '--name', 'one'])
    expect(first.nodes).toBe(1)
    const { nodes } = again(['budget', '--run', run, '--name', 'two'])
    expect(nodes).toBe(1)
  },
)

test.each(['a.b', 'x y', '-x', '', 'é', 'x'.repeat(65)])(
  'a name that is none, %j, is refused by Node',
  (name) => {
    expect(again(SLEEP)).toMatchObject({ code: 0, nodes: 1 })
    expect(again([...SLEEP, '--name', name])).toMatchObject({ code: 2, nodes: 1, stdout: '' })
  },
)

test('where its files cannot be written nothing is left, and Node says why', () => {
  expect(again(SLEEP)).toMatchObject({ code: 0 })
  const full = ['sh', '-c', 'ulimit -f 0; exec "$0" "$@"', LAUNCHER, 'session', 'new', ...SLEEP]
  const { status, stderr } = spawnSync(full[0] ?? '', [...full.slice(1), '--name', 'full'], {
    env: counted.env,
    cwd: box.cwd,
    encoding: 'utf8',
  })
  expect({ status, stderr }).not.toMatchObject({ status: 0 })
  expect(readdirSync(box.sessions)).toHaveLength(1)
  expect(box.tmux('list-sessions', '-F', '#{session_name}')).toBe('budget')
})

test('output that cannot be written is a failure, a reader that has gone is none', () => {
  expect(again(SLEEP)).toMatchObject({ code: 0 })
  const to = (target: string, name: string) =>
    spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; "$0" "$@" ${target}`,
        LAUNCHER,
        'session',
        'new',
        ...SLEEP,
        '--name',
        name,
      ],
      {
        env: counted.env,
        cwd: box.cwd,
        encoding: 'utf8',
      },
    )
  const before = starts()
  expect(to('>/dev/full', 'full')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('cannot write the output'),
  })
  expect(to('| true', 'gone')).toMatchObject({ status: 0 })
  expect(starts()).toBe(before)
})

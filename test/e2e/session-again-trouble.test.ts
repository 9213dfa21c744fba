import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { counting, oldFile, type Counting } from '../support/counting.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER, ROOT } from '../support/launcher.ts'
import { eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(() => sandbox('/bin/bash', { gateway: true }))
let counted: Counting

/** Its programs ask the providers themselves. */
const DIRECT = { LLMSEL_GATEWAY_AUTOSTART: 'false' }
const SLEEP = ['budget', '--run', 'sleep 600']

beforeEach(() => {
  counted = counting(box)
})

function direct(
  words: readonly string[],
  more: Record<string, string> = {},
): ReturnType<Counting['again']> {
  return counted.again(words, { ...DIRECT, ...more })
}

function commandOf(name: string): string {
  return box.tmux('list-panes', '-t', `=${name}:`, '-F', '#{pane_start_command}')
}

test('what cannot be kept for the next start harms this one in nothing', () => {
  const long = Array.from({ length: 60 }, (_, nth) => `arg-${nth}`).join(' ')
  expect(direct(['budget', '--run', `sh -c true ${long}`])).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('error'),
  })
  box.file('.venv/bin/x', '')
  symlinkSync('python', join(box.cwd, '.venv/bin/python'))
  box.file('x.py', '')
  expect(direct(['budget', '--run', 'x.py', '--name', 'loop'])).toMatchObject({ code: 0 })
  box.file('once', '#!/bin/sh\nrm -f "$0"; exit 7\n', 0o755)
  expect(direct(['budget', '--run', './once', '--wait', '--name', 'once'])).toMatchObject({
    code: 7,
  })
})

test('a launch whose keeping failed half-way is not the one before', async () => {
  await oldFile(box, 'a.sh', '#!/bin/sh\nsleep 600\n')
  const words = ['budget', '--run', 'a.sh', '--name']
  expect(direct([...words, 'one'])).toMatchObject({ code: 0, nodes: 1 })
  await oldFile(box, 'a.sh', '#!/bin/bash\nsleep 600\n')
  // The note does not fit; a stamp, which is empty, does.
  const limited = [
    '-c',
    'ulimit -f 10; exec "$0" "$@"',
    LAUNCHER,
    'session',
    'new',
    ...words,
    'two',
  ]
  spawnSync('bash', limited, { env: { ...counted.env, ...DIRECT }, cwd: box.cwd })
  expect(direct([...words, 'three'])).toMatchObject({ code: 0, nodes: 1 })
  expect(commandOf('three')).toContain('/bin/bash')
})

test('where it cannot be found out whether Ollama listens, Node is asked', () => {
  const bare = box.file('bare/.keep', '').replace(/\/\.keep$/, '')
  for (const tool of [
    'sh',
    'tmux',
    'mkdir',
    'date',
    'dd',
    'rm',
    'env',
    'cat',
    'sleep',
    'readlink',
    'touch',
  ])
    symlinkSync(
      String(spawnSync('sh', ['-c', `command -v ${tool}`]).stdout).trim(),
      join(bare, tool),
    )
  const PATH = `${counted.env['PATH']?.split(':')[0]}:${bare}`
  expect(direct([...SLEEP, '--name', 'one'], { PATH })).toMatchObject({ code: 0, nodes: 1 })
  expect(direct([...SLEEP, '--name', 'two'], { PATH })).toMatchObject({ code: 0, nodes: 1 })
  expect(readdirSync(box.sessions)).toHaveLength(2)
})

test('through the gateway, whether a model is pulled is asked of Ollama by Node', async () => {
  const first = await counted.later([...SLEEP, '--name', 'one'])
  expect(first.stderr).toContain('no Ollama at http://127.0.0.1:11434')
  expect(await counted.later([...SLEEP, '--name', 'two'])).toMatchObject({ code: 0, nodes: 0 })
  const tags = JSON.stringify({ models: [{ name: 'other:latest', model: 'other:latest' }] })
  const server = createServer((_, response) => response.end(tags)).listen(11434, '127.0.0.1')
  await eventually(() => server.listening)
  try {
    const asked = await counted.later([...SLEEP, '--name', 'three'])
    expect(asked.nodes).toBeGreaterThan(0)
    expect(asked.stderr).toContain('llama3.2 (ollama) not ready: not pulled at')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('of two installed beside each other, each starts its own', () => {
  expect(direct([...SLEEP, '--name', 'one'])).toMatchObject({ code: 0, nodes: 1 })
  const other = join(box.cwd, 'other')
  for (const part of ['bin', 'libexec', 'dist', 'package.json'])
    cpSync(join(ROOT, part), join(other, part), { recursive: true })
  const words = ['session', 'new', ...SLEEP, '--name', 'two']
  const { status } = spawnSync(join(other, 'bin/llmsel'), words, {
    env: { ...counted.env, ...DIRECT },
    cwd: box.cwd,
  })
  expect({ status, starts: counted.starts() }).toEqual({ status: 0, starts: 2 })
  expect(commandOf('two')).toContain(`${other}/libexec/worker.sh`)
})

test('a link that leads to another file of the same time is another worker', () => {
  for (const [path, shell] of [
    ['a.sh', 'sh'],
    ['b.sh', 'bash'],
  ] as const)
    utimesSync(box.file(path, `#!/bin/${shell}\nsleep 600\n`), 1, 1)
  const link = join(box.cwd, 'run.sh')
  symlinkSync('a.sh', link)
  const words = ['budget', '--run', './run.sh', '--name']
  expect(direct([...words, 'one'])).toMatchObject({ code: 0, nodes: 1 })
  expect(direct([...words, 'two'])).toMatchObject({ code: 0, nodes: 0 })
  unlinkSync(link)
  symlinkSync('b.sh', link)
  expect(direct([...words, 'three'])).toMatchObject({ code: 0, nodes: 1 })
  expect(commandOf('three')).toContain('/bin/bash')
})

test('another file of the same time in its place is another worker', () => {
  const dated = (path: string, text: string) => utimesSync(box.file(path, text), 1, 1)
  dated('job', '#!/bin/sh\nsleep 600\n')
  const words = ['budget', '--run', './job', '--name']
  expect(direct([...words, 'one'])).toMatchObject({ code: 0, nodes: 1 })
  expect(direct([...words, 'two'])).toMatchObject({ code: 0, nodes: 0 })
  dated('job2', '#!/bin/bash\nsleep 600\n')
  renameSync(join(box.cwd, 'job2'), join(box.cwd, 'job'))
  expect(direct([...words, 'three'])).toMatchObject({ code: 0, nodes: 1 })
  expect(commandOf('three')).toContain('/bin/bash')
  dated('job', '#!/bin/nonesuch\n')
  expect(direct([...words, 'four'])).toMatchObject({ code: 1, nodes: 1 })
})

test('whatever PWD is, nothing is kept outside of the folder for it', () => {
  const PWD = `${'/..'.repeat(12)}${box.cwd}`
  expect(direct(SLEEP, { PWD })).toMatchObject({ code: 0, nodes: 1 })
  const root = join(box.home, '.local/state/llmsel/env')
  const [version = ''] = readdirSync(root)
  const list = String(readFileSync(join(root, version, 'launches'))).trim()
  expect(list).toBe(join(root, version, 'launch/budget', box.cwd, '@/sleep 600:'))
})

test('in a folder that is reached through a link it is the same', () => {
  const link = join(box.home, 'link')
  symlinkSync(box.cwd, link)
  const start = (name: string) =>
    spawnSync(
      'sh',
      [
        '-c',
        'cd "$1" && shift && exec "$@"',
        'sh',
        link,
        LAUNCHER,
        'session',
        'new',
        ...SLEEP,
        '--name',
        name,
      ],
      {
        env: { ...counted.env, ...DIRECT },
      },
    ).status
  expect([start('one'), counted.starts()]).toEqual([0, 1])
  expect([start('two'), counted.starts()]).toEqual([0, 1])
  const at = box.tmux('display-message', '-p', '-t', '=two:', '#{pane_current_path}')
  expect(at).toBe(box.cwd)
})

test('a tmux server that is begun has none of the files that its caller has open', () => {
  expect(direct([...SLEEP, '--name', 'one'])).toMatchObject({ code: 0, nodes: 1 })
  box.tmux('kill-server')
  const lock = box.file('lock', '')
  const held = 'exec 3>>"$1" 4>>"$1" 7>>"$1" 8>>"$1" 9>>"$1"; shift; "$@"'
  const { status } = spawnSync(
    'bash',
    ['-c', held, 'bash', lock, LAUNCHER, 'session', 'new', ...SLEEP, '--name', 'two'],
    {
      env: { ...counted.env, ...DIRECT },
      cwd: box.cwd,
    },
  )
  expect({ status, starts: counted.starts() }).toEqual({ status: 0, starts: 1 })
  const pid = box.tmux('display-message', '-p', '#{pid}')
  const open = String(spawnSync('ls', ['-l', `/proc/${pid}/fd`]).stdout)
  expect(open).not.toContain(lock)
})

test('a signal that ends it meanwhile leaves a session that is there, or nothing', async () => {
  expect(direct([...SLEEP, '--name', 'one'])).toMatchObject({ code: 0, nodes: 1 })
  const PATH = box.before('mkdir', 'kill -INT 0; PATH=${PATH#*:} exec mkdir "$@"')
  const more = { ...counted.env, ...DIRECT, PATH }
  const run = (name: string) =>
    spawnSync('setsid', ['-w', LAUNCHER, 'session', 'new', ...SLEEP, '--name', name], {
      env: more,
      cwd: box.cwd,
    }).status
  expect(run('two')).toBe(0)
  const before = counted.starts()
  expect(run('three')).toBe(0)
  expect(counted.starts()).toBe(before)
  const listed = JSON.parse(box.llmsel(['session', 'list', '--json']).stdout)
  expect(listed).toHaveLength(readdirSync(box.sessions).length)
})

test('a gateway that is stopped while a session starts is begun again', () => {
  const started = counted.again([...SLEEP, '--name', 'one'])
  expect(started).toMatchObject({ code: 0 })
  const stop = `[ -e "$HOME/stopped" ] || { : >"$HOME/stopped"; '${LAUNCHER}' gateway stop >&2; }`
  const PATH = box.before(
    'mkdir',
    `[ ! -e "$HOME/stop" ] || { ${stop}; }; PATH=\${PATH#*:} exec mkdir "$@"`,
  )
  expect(counted.again([...SLEEP, '--name', 'two'], { PATH }).code).toBe(0)
  expect(counted.again([...SLEEP, '--name', 'three'], { PATH })).toMatchObject({
    code: 0,
    nodes: 0,
  })
  writeFileSync(join(box.home, 'stop'), '')
  const between = counted.again([...SLEEP, '--name', 'four'], { PATH })
  expect(between.code).toBe(0)
  expect(between.nodes).toBeGreaterThan(1)
  expect(existsSync(join(box.home, 'stopped'))).toBe(true)
  expect(JSON.parse(box.llmsel(['gateway', 'status', '--json']).stdout)).toMatchObject({
    running: true,
  })
  expect(readdirSync(box.sessions)).toHaveLength(4)
})

test('a player that is gone, and a note that is damaged, cost nothing but Node', () => {
  expect(direct(SLEEP)).toMatchObject({ code: 0, nodes: 1 })
  const kept = join(box.home, '.local/state/llmsel/env')
  const [note = ''] = readdirSync(kept, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('sleep 600:'),
  )
  const path = join(kept, note)
  expect(existsSync(path)).toBe(true)
  spawnSync('sh', ['-c', 'printf "%s" "exit 3 \\$(" >"$1"', 'sh', path])
  expect(direct([...SLEEP, '--name', 'two'])).toMatchObject({ code: 0, nodes: 1 })
  expect(direct([...SLEEP, '--name', 'three'])).toMatchObject({ code: 0, nodes: 0 })
})

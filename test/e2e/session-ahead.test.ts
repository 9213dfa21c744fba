import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRunning } from '../support/fleet.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import { SH_SHELLS } from '../support/shells.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'

const NEW = ['session', 'new', 'free', '--run', 'sleep 600']
const STARTED = /^free\tfree\t\S+\t\//

const box = forEachTest(sandbox)

/** A Node before the real one on PATH. */
function wrapped(script: string): Record<string, string> {
  return { ...box.env, REAL: nodeForTests(), PATH: box.before('node', script) }
}

test.each(SH_SHELLS)(
  'under %s the output and the exit code are those of Node',
  (shell, options) => {
    const run = (...words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(shell, [...options, LAUNCHER, ...words], {
        env: box.env,
        cwd: box.cwd,
        encoding: 'utf8',
      })
      return { status, stdout, stderr }
    }
    expect(run(...NEW)).toMatchObject({ status: 0, stdout: expect.stringMatching(STARTED) })
    expect(run(...NEW, '--nope')).toMatchObject({ status: 2, stdout: '' })
    expect(run(...NEW, '--cwd', '/nowhere')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no such folder: /nowhere'),
    })
  },
)

test('a session that has been started is said at once: Node is not waited for until it is gone', async () => {
  const hook = box.file(
    'slow.cjs',
    `const { existsSync, writeFileSync } = require('node:fs')
     const { reallyExit } = process
     process.reallyExit = (code) => {
       writeFileSync(process.env.HOME + '/said', String(process.pid))
       while (existsSync(process.env.HOME + '/said')) continue
       reallyExit(code)
     }`,
  )
  const slow = `exec "$REAL" --require '${hook}' "$@"`
  const line = '"$0" "$@" >"$HOME/out" 2>&1'
  const { status } = spawnSync('sh', ['-c', line, LAUNCHER, ...NEW], {
    env: wrapped(slow),
    timeout: 60_000,
  })
  expect(status).toBe(0)
  expect(contentOf(join(box.home, 'out'))).toMatch(/^free\tfree\t/m)
  const pid = Number(await eventually(() => contentOf(join(box.home, 'said'))))
  expect(isRunning(pid)).toBe(true)
  rmSync(join(box.home, 'said'))
  await expect.poll(() => isRunning(pid)).toBe(false)
})

test.each(['which', 'models', 'costs', '--json'])(
  '%s is Node itself, and leaves nothing',
  (word) => {
    // The shell's own pid, which exec keeps.
    const { stdout } = spawnSync('sh', ['-c', 'echo $$; exec "$0" "$@"', LAUNCHER, word], {
      env: wrapped('echo $$'),
      encoding: 'utf8',
    })
    const [before, after] = stdout.split('\n')
    expect(after).toBe(before)
  },
)

test.each([
  ['exits without a word', 'exit 3', { status: 3, signal: null, stderr: '' }],
  ['is killed', 'kill -9 $$', { status: null, signal: 'SIGKILL', stderr: '' }],
  ['is ended', 'kill -15 $$', { status: null, signal: 'SIGTERM', stderr: '' }],
])('where Node %s the launcher ends in the same way', (_, script, expected) => {
  const { status, signal, stderr } = spawnSync(LAUNCHER, NEW, {
    env: wrapped(script),
    encoding: 'utf8',
  })
  expect({ status, signal, stderr }).toEqual(expected)
})

// A script of somebody's in Node's place ignores what a shell lets its background ignore.
const NODES = { Node: `exec "$REAL" -e 'setInterval(() => {}, 1000)'`, 'a shim': 'exec sleep 600' }

test.each(
  Object.entries(NODES).flatMap(([name, node]) =>
    (['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const).map(
      (signal) => [signal, name, node] as const,
    ),
  ),
)('%s to the launcher alone ends %s, too, without a word', async (signal, _, node) => {
  const child = spawn(LAUNCHER, NEW, {
    env: wrapped(`echo $$ >"$HOME/pid"; ${node}`),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: unknown[] = []
  child.stderr.on('data', (text) => said.push(String(text)))
  const pid = Number(await eventually(() => contentOf(join(box.home, 'pid'))))
  const ended = once(child, 'exit')
  child.kill(signal)
  expect((await ended)[1]).toBe(signal)
  await expect.poll(() => isRunning(pid)).toBe(false)
  expect(said).toEqual([])
})

test('variables of a person’s that the launcher could have are in the session as they were', () => {
  const names = ['config', 'word', 'program', 'self', 'link', 'version', 'syntax', 'node', 'line']
  const mine = Object.fromEntries(names.map((name) => [name, `my own ${name}`]))
  const run = `env | grep 'my own' | sort; exit 0`
  const words = ['session', 'new', 'free', '--run', run, '--wait']
  for (const wait of [true, false]) {
    expect(box.llmsel(wait ? words : words.slice(0, -1), mine).code).toBe(0)
    expect(box.llmsel(['session', 'wait', 'free'], mine).code).toBe(0)
    const expected = names.toSorted().map((name) => `${name}=my own ${name}\n`)
    expect(box.llmsel(['session', 'logs', 'free']).stdout).toBe(expected.join(''))
    box.tmux('kill-server')
  }
})

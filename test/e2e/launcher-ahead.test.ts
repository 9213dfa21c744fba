import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEnv, LAUNCHER } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import { SH_SHELLS } from '../support/shells.ts'
import { eventually } from '../support/tmux.ts'

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-ahead-'))
  env = freshEnv(home)
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A Node before the real one on PATH. */
function wrapped(script: string): Record<string, string> {
  const path = join(home, 'node')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return { ...env, REAL: nodeForTests(), PATH: `${home}:${env['PATH']}` }
}

test.each(SH_SHELLS)(
  'under %s the output and the exit code are those of Node',
  (shell, options) => {
    const run = (...words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(shell, [...options, LAUNCHER, ...words], {
        env,
        encoding: 'utf8',
      })
      return { status, stdout, stderr }
    }
    expect(run('models', 'show', 'haiku')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('claude-haiku-5-5'),
    })
    expect(run('which', '--nope')).toMatchObject({ status: 2, stdout: '' })
    expect(run('models', 'show', 'none')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no model or alias "none"'),
    })
  },
)

test('what has been said is enough: Node is not waited for until it is gone', async () => {
  const slow = wrapped(
    `"$REAL" "$@"; : >"$HOME/said"; while [ ! -e "$HOME/go" ]; do sleep 0.01; done`,
  )
  const out = join(home, 'out')
  const { status } = spawnSync('sh', ['-c', '"$0" models --json >"$1" 2>&1', LAUNCHER, out], {
    env: slow,
    timeout: 20_000,
  })
  expect(status).toBe(0)
  expect(JSON.parse(readFileSync(out, 'utf8'))).toHaveProperty('models')
  await eventually(() => existsSync(join(home, 'said')))
  writeFileSync(join(home, 'go'), '')
})

test.each([
  ['exits without a word', 'exit 3', { status: 3, signal: null }],
  ['is killed', 'kill -9 $$', { status: null, signal: 'SIGKILL' }],
  ['is ended', 'kill -15 $$', { status: null, signal: 'SIGTERM' }],
])('where Node %s the launcher ends in the same way', (_, script, expected) => {
  const { status, signal } = spawnSync(LAUNCHER, ['models'], { env: wrapped(script) })
  expect({ status, signal }).toEqual(expected)
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s to the launcher alone ends Node, too',
  async (signal) => {
    const child = spawn(LAUNCHER, ['models'], {
      env: wrapped(`echo $$ >"$HOME/pid"; exec "$REAL" -e 'setInterval(() => {}, 1000)'`),
      stdio: 'ignore',
    })
    const pid = Number(
      await eventually(() => existsSync(join(home, 'pid')) && readFileSync(join(home, 'pid'))),
    )
    const ended = once(child, 'exit')
    child.kill(signal)
    expect((await ended)[1]).toBe(signal)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  },
)

test.each([
  ['standard input is closed', '"$0" "$@" <&-'],
  ['standard output and error are closed', '"$0" "$@" >&- 2>&-; exec "$0" "$@"'],
  ['the launcher’s own word is typed', '"$0" @ahead "$@"'],
  ['descriptor 5 is a file', '"$0" @ahead "$@" 5</dev/null'],
])('it works where %s', (_, line) => {
  const { status, stdout } = spawnSync('sh', ['-c', line, LAUNCHER, 'models', '--json'], {
    env,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toHaveProperty('models')
})

test('what stands on standard input reaches Node', () => {
  const { status, stdout } = spawnSync(LAUNCHER, ['models'], {
    env: wrapped('cat'),
    input: 'all of it\n',
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'all of it\n' })
})

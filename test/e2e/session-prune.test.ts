import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(sandbox)

function session(...words: readonly string[]): Ran {
  return box.llmsel(['session', ...words])
}

function names(): string {
  return box.tmux('list-sessions', '-F', '#S')
}

test('prune removes what has ended and keeps the logs; nothing that runs, nothing of others', async () => {
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  box.tmux('set-option', '-g', 'remain-on-exit', 'on')
  box.tmux('new-session', '-d', '-s', 'theirs-dead', 'true')
  session('new', 'free', '--name', 'dead', '--run', 'exit 3', '--wait')
  session('new', 'free', '--name', 'dead-too', '--run', 'true', '--wait')
  session('new', 'free', '--name', 'alive', '--run', 'sleep 300')
  session('new', 'free', '--name', 'window', '--run', 'true', '--wait')
  box.tmux('new-window', '-d', '-t', '=window:')
  const all = 'alive\ndead\ndead-too\ntheirs\ntheirs-dead\nwindow'
  expect(session('prune', '--dry-run').stdout).toMatch(
    /^dead\texited 3\t.*\ndead-too\texited 0\t.*\n$/,
  )
  expect(session('prune', 'alive')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('llmsel session stop alive'),
  })
  expect(session('prune', 'dea').code).toBe(1)
  expect(session('prune', 'theirs-dead').code).toBe(1)
  expect(names()).toBe(all)
  expect(JSON.parse(session('prune', 'dead', '--json').stdout)).toMatchObject([
    { name: 'dead', state: 'exited', code: 3, signal: null, log: expect.stringContaining('/log') },
  ])
  expect(names()).toBe('alive\ndead-too\ntheirs\ntheirs-dead\nwindow')
  session('prune')
  expect(names()).toBe('alive\ntheirs\ntheirs-dead\nwindow')
  expect(readdirSync(box.sessions)).toHaveLength(4)
  expect(session('logs', 'dead').code).toBe(0)
})

test('a dead server’s sessions are gone, until they are pruned or started anew', async () => {
  session('new', 'free', '--name', 'worker', '--run', 'trap "" HUP; sleep 300')
  session('new', 'free', '--name', 'stopped', '--run', 'sleep 300')
  session('stop', 'stopped')
  session('new', 'free', '--name', 'shell')
  const pids = box.tmux('list-panes', '-a', '-F', '#{pane_pid}').split('\n').map(Number)
  const server = Number(box.tmux('display-message', '-p', '#{pid}'))
  for (const pid of [...pids, server]) process.kill(pid, 'SIGKILL')
  await eventually(() => !existsSync(`/proc/${server}/stat`) || names() === '')
  expect(session('list')).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(session('list', '--all').stdout).toMatch(
    /^shell\tfree\t.*\tgone\t.*\nworker\tfree\t.*\tgone\t.*\n$/,
  )
  expect(Object.keys(JSON.parse(session('list', '--all', '--json').stdout)[0])).toEqual([
    'name',
    'profile',
    'model',
    'startedAt',
    'attached',
    'pid',
    'spentUsd',
    'spentMore',
    'limit',
    'restarts',
    'fleet',
    'outputAt',
    'state',
    'code',
    'signal',
    'folder',
    'log',
    'tmuxId',
  ])
  session('new', 'free', '--name', 'worker', '--run', 'true', '--wait')
  expect(session('list', '--all').stdout).toMatch(
    /^shell\t.*\tgone\t.*\nworker\t.*\texited 0\t.*\n$/,
  )
  session('prune', 'shell')
  expect(session('list', '--all').stdout).toMatch(/^worker\t.*\n$/)
})

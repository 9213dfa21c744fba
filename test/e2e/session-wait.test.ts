import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(sandbox)

function session(...words: readonly string[]): Ran {
  return box.llmsel(['session', ...words])
}

function begin(name: string, run: string): void {
  expect(session('new', 'free', '--name', name, '--run', run).code).toBe(0)
}

function panePid(name: string): number {
  return Number(box.tmux('list-panes', '-t', `=${name}:`, '-F', '#{pane_pid}'))
}

test('it exits as the worker did; of several as the first in order that failed', () => {
  begin('good', 'exit 0')
  begin('slow', 'sleep 0.5; exit 3')
  begin('bad', 'exit 4')
  expect(session('wait', 'good').code).toBe(0)
  expect(session('wait', 'good', 'slow', 'bad')).toEqual({
    code: 3,
    stdout: 'good\texited 0\nslow\texited 3\nbad\texited 4\n',
    stderr: '',
  })
  expect(JSON.parse(session('wait', 'bad', '--json').stdout)).toEqual([
    { name: 'bad', state: 'exited', code: 4, signal: null },
  ])
})

test('--any ends with the first', () => {
  begin('long', 'sleep 300')
  begin('short', 'sleep 0.3; exit 6')
  expect(session('wait', 'long', 'short', '--any')).toMatchObject({
    code: 6,
    stdout: 'short\texited 6\n',
  })
})

test('--timeout: exit 1, and the session goes on', () => {
  begin('long', 'sleep 300')
  expect(session('wait', 'long', '--timeout', '300ms')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'llmsel: the time is over; still running: long\n',
  })
  expect(session('wait', 'long', '--timeout', 'soon').code).toBe(2)
  expect(session('list').stdout).toContain('running')
})

test('a killed worker, and a killed wrapper, hang nobody', async () => {
  box.file('w.sh', 'echo $$ > pid; exec sleep 300\n')
  begin('worker', 'w.sh')
  const pid = await eventually(() => contentOf(join(box.cwd, 'pid')))
  const worker = box.start(['session', 'wait', 'worker'])
  process.kill(Number(pid), 'SIGKILL')
  expect(await worker).toMatchObject({ code: 137, stdout: 'worker\tkilled KILL\n' })
  begin('wrapper', 'sleep 300')
  const wrapper = box.start(['session', 'wait', 'wrapper'])
  process.kill(panePid('wrapper'), 'SIGKILL')
  expect(await wrapper).toMatchObject({ code: 137, stdout: 'wrapper\tkilled KILL\n' })
})

test('a server that dies while it waits is an end that nobody recorded, and not a wait for ever', async () => {
  begin('lost', 'trap "" HUP; sleep 300')
  // Each asks tmux once for the session, and again from when on it waits.
  const PATH = box.before('tmux', 'echo >>"$ASKED"\nPATH=${PATH#*:} exec tmux "$@"')
  const hasBegun = (name: string) => (contentOf(join(box.cwd, name))?.length ?? 0) > 1
  const waiting = box.start(['session', 'wait', 'lost'], { PATH, ASKED: 'waiting' })
  const following = box.start(['session', 'logs', 'lost', '-f'], { PATH, ASKED: 'following' })
  await eventually(() => hasBegun('waiting') && hasBegun('following'))
  const server = Number(box.tmux('display-message', '-p', '#{pid}'))
  const wrapper = panePid('lost')
  process.kill(wrapper, 'SIGKILL')
  process.kill(server, 'SIGKILL')
  expect((await waiting).stdout).toMatch(/^lost\t(?:gone|exited, status unknown|killed KILL)\n$/)
  expect((await waiting).code).not.toBe(0)
  expect((await following).code).toBe(0)
  expect(JSON.parse(session('list', '--all', '--json').stdout)).toMatchObject([
    { name: 'lost', state: 'gone', code: null, signal: null, pid: null, tmuxId: null },
  ])
})

test('an ended session’s code is still known after stop, a prefix is no name, a shell has no worker', () => {
  begin('crawler', 'exit 5')
  expect(session('wait', 'crawler').code).toBe(5)
  session('stop', 'crawler')
  expect(session('wait', 'crawler').code).toBe(5)
  expect(session('wait', 'craw').stderr).toContain('no session named craw')
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  expect(session('wait', 'theirs').code).toBe(1)
  session('new', 'free', '--name', 'shell')
  expect(session('wait', 'shell')).toMatchObject({ code: 2, stdout: '' })
  expect(session('wait')).toMatchObject({ code: 2 })
})

test.each([
  ['session new --wait', ['new', 'free', '--run', 'echo last', '--wait'], /^free\t/],
  ['session wait', ['wait', 'free'], /^free\t/],
  ['session logs -f', ['logs', 'free', '-f'], /^last\n$/],
])('when %s is over the log is whole, however slow its writer is', (_, words, said) => {
  const env = { PATH: box.before('dd', 'sleep 0.6\nPATH=${PATH#*:} exec dd "$@"') }
  if (words[0] !== 'new') box.llmsel(['session', 'new', 'free', '--run', 'echo last'], env)
  expect(box.llmsel(['session', ...words], env).stdout).toMatch(said)
  expect(session('logs', 'free').stdout).toBe('last\n')
})

test('a log that nobody can write to its end holds up nobody', () => {
  const env = { PATH: box.before('dd', 'exit 1') }
  const words = ['session', 'new', 'free', '--run', 'exit 3', '--wait']
  expect(box.llmsel(words, env).code).toBe(3)
})

test('a run that is started again after it was waited for is logged again', () => {
  const run = 'echo again; [ -e twice ] && sleep 300; : >twice'
  session('new', 'free', '--run', run, '--wait')
  session('restart', 'free')
  session('stop', 'free')
  session('wait', 'free')
  const { stdout } = session('logs', 'free')
  expect(stdout.match(/^again$/gm)).toHaveLength(2)
})

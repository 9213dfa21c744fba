import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fleetBox, isRunning, kill, SLEEP, steps } from '../support/fleet.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)
const it = fleetBox(box)

test('a tmux server that dies meanwhile: what is no longer there is not said to run', async () => {
  it.fleet({ a: { ...SLEEP, count: 100 } })
  const running = box.start(['session', 'up', '--json'])
  await eventually(() => it.names().length > 0)
  it.killServer()
  const { stdout } = await running
  const { sessions }: { sessions: { name: string; state: string | null; problem: unknown }[] } =
    JSON.parse(stdout)
  const present = new Set(it.names())
  for (const { name, state, problem } of sessions)
    expect([name, state !== null, problem === null]).toEqual([
      name,
      present.has(name),
      present.has(name),
    ])
  it.session('up')
  expect(it.names()).toHaveLength(100)
})

const POLICY = { policy: 'on-failure', delay: '100ms', maxDelay: '200ms' }

test('a worker that fails is run again until it succeeds, in the same log, and is waited for', async () => {
  box.file('w.sh', 'echo x >> runs; test "$(wc -l < runs)" -ge 3 && exit 0; kill -9 $$\n')
  it.fleet({ a: { profile: 'free', run: 'w.sh', restart: POLICY } })
  it.session('up')
  expect(it.session('wait', 'a').code).toBe(0)
  expect(it.row('a')).toMatchObject({ state: 'exited', code: 0, restarts: 2 })
  expect(it.session('list').stdout).toContain('\texited 0 · restarted 2 ×\t')
  expect(it.session('logs', 'a', '-n', 'all').stdout).toMatch(
    /--- ended with 137; llmsel runs it again in 0\.100 s \(1 of 10\) ---\n[^]*in 0\.200 s \(2 of 10\)/,
  )
  expect(steps(it.session('up'))).toEqual(['kept a'])
  expect(contentOf(join(box.cwd, 'runs'))).toBe('x\nx\nx\n')
})

test('what the session sets is for its worker, and not for what runs it again', () => {
  const restart = { ...POLICY, maxRestarts: 2 }
  const nowhere = { PATH: '/nonexistent', IFS: ':' }
  const run = 'echo "$PATH" && exit 4'
  it.fleet({ a: { profile: 'free', run, env: nowhere, restart } })
  it.session('up')
  expect(it.session('wait', 'a').code).toBe(4)
  expect(it.row('a')).toMatchObject({ state: 'exited', code: 4, restarts: 2 })
  expect(it.session('logs', 'a').stdout).toMatch(/^\/nonexistent:[^:]*\/bin\n/)
})

test('it gives up at the ceiling, and up begins anew', () => {
  it.fleet({ a: { profile: 'free', run: 'exit 4', restart: { ...POLICY, maxRestarts: 2 } } })
  it.session('up')
  expect(it.session('wait', 'a').code).toBe(4)
  expect(it.row('a')).toMatchObject({ state: 'exited', code: 4, restarts: 2 })
  expect(it.session('up').stdout).toMatch(/^restarted\ta\t.*\texited 4\n$/)
  // It fails at once, while the change that has started it is not over yet.
  for (let count = 0; count < 5; count++) {
    expect(it.session('wait', 'a').code).toBe(4)
    expect(it.row('a')).toMatchObject({ restarts: 2 })
    it.session('restart', 'a')
  }
})

test('while it waits to run again, the list says so; stop and Ctrl-C end that', async () => {
  const restart = { ...POLICY, delay: '1h', maxDelay: '1h' }
  it.fleet({ a: { profile: 'free', run: 'exit 4', restart, count: 2 } })
  it.session('up')
  await eventually(() => it.rows().every(({ state }) => state === 'restarting'))
  expect(it.session('list').stdout).toMatch(/^a-1\t.*\texited 4, runs again soon\t/)
  expect(steps(it.session('up'))).toEqual(['kept a-1', 'kept a-2'])
  expect(it.session('send', 'a-1', 'x').stderr).toContain('nothing runs in a-1')
  const [pid] = it.rows().flatMap((each) => each.pid ?? [])
  it.session('stop', 'a-1')
  expect([isRunning(pid ?? 0), it.names()]).toEqual([false, ['a-2']])
  box.tmux('send-keys', '-t', '=a-2:', 'C-c')
  await eventually(() => it.row('a-2')?.state === 'exited')
  expect(it.row('a-2')).toMatchObject({ code: 4, restarts: 0 })
})

test('one that somebody stops, or ends with Ctrl-C, is not run again', async () => {
  box.file('w.sh', 'echo x >> runs.$LLMSEL_SESSION; exec sleep 300\n')
  it.fleet({ a: { profile: 'free', run: 'w.sh', restart: POLICY, count: 3 } })
  it.session('up')
  const ran = (name: string) => contentOf(join(box.cwd, `runs.${name}`))
  await eventually(() => ['a-1', 'a-2', 'a-3'].every(ran))
  const folder = it.row('a-1')?.folder ?? ''
  it.session('stop', 'a-1')
  expect(contentOf(join(folder, 'exit'))).toBe('143\n')
  box.tmux('send-keys', '-t', '=a-2:', 'C-c')
  await eventually(() => it.row('a-2')?.state === 'killed')
  it.session('restart', 'a-3')
  await eventually(() => ran('a-3') === 'x\nx\n')
  expect(it.row('a-3')).toMatchObject({ state: 'running', restarts: 0 })
  expect([ran('a-1'), ran('a-2')]).toEqual(['x\n', 'x\n'])
})

test('kill -9 of the worker is a failure; of its wrapper, an end that up mends', async () => {
  box.file('w.sh', 'echo $$ > pid.new; mv pid.new pid; exec sleep 300\n')
  it.fleet({ a: { profile: 'free', run: 'w.sh', restart: POLICY } })
  it.session('up')
  const worker = Number(await eventually(() => contentOf(join(box.cwd, 'pid'))))
  kill(worker)
  await eventually(() => it.row('a')?.restarts === 1 && it.row('a')?.state === 'running')
  const wrapper = it.row('a')?.pid ?? 0
  kill(wrapper)
  await eventually(() => it.row('a')?.state === 'killed')
  expect(it.session('up').stdout).toMatch(/^restarted\ta\t.*\tkilled KILL\n$/)
  expect(it.row('a')).toMatchObject({ state: 'running', restarts: 0 })
  expect(readdirSync(it.row('a')?.folder ?? '')).not.toContain('exit')
})

test('after the server’s death up starts everything, and a worker that survived is not there twice', async () => {
  box.file(
    'w.py',
    [
      'import os, signal, time',
      'signal.signal(signal.SIGHUP, signal.SIG_IGN)',
      'open("pid.new", "w").write(str(os.getpid()))',
      'os.rename("pid.new", "pid")',
      'time.sleep(300)',
      '',
    ].join('\n'),
  )
  it.fleet({ a: { profile: 'free', run: 'w.py', restart: POLICY }, b: SLEEP })
  it.session('up')
  const survivor = Number(await eventually(() => contentOf(join(box.cwd, 'pid'))))
  rmSync(join(box.cwd, 'pid'))
  it.killServer()
  await eventually(() => it.names().length === 0)
  expect(isRunning(survivor)).toBe(true)
  expect(steps(it.session('up'))).toEqual(['started a', 'started b'])
  expect(isRunning(survivor)).toBe(false)
  const worker = Number(await eventually(() => contentOf(join(box.cwd, 'pid'))))
  it.killServer()
  await eventually(() => it.names().length === 0)
  expect(it.session('down').code).toBe(0)
  expect(isRunning(worker)).toBe(false)
  expect(it.session('list', '--all').stdout).toBe('')
})

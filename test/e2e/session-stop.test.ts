import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

/** Children in every state that outlives a closed terminal; each writes its pid to a file. */
const STUBBORN = `import os, signal, subprocess, sys, time
def note(name):
    open(name + ".new", "w").write(str(os.getpid()))
    os.rename(name + ".new", name)
def child(name, *ways):
    if os.fork(): return
    for way in ways: way()
    note(name)
    time.sleep(300)
    os._exit(0)
def ignore(number): return lambda: signal.signal(number, signal.SIG_IGN)
def orphan():
    if os.fork(): os._exit(0)
child("plain")
child("hup", ignore(signal.SIGHUP))
child("term", ignore(signal.SIGHUP), ignore(signal.SIGTERM))
child("setsid", os.setsid, ignore(signal.SIGHUP))
child("daemon", os.setsid, orphan, ignore(signal.SIGHUP), ignore(signal.SIGTERM))
note("worker")
time.sleep(300)
`
const NAMES = ['plain', 'hup', 'term', 'setsid', 'daemon', 'worker']

function isRunning(pid: number): boolean {
  const stat = contentOf(`/proc/${pid}/stat`)
  return stat !== null && !/\) [ZX] /.test(stat)
}

test('stop ends the whole tree: children that ignore HUP and TERM, called setsid or lost their parent', async () => {
  box.file('w.py', STUBBORN)
  box.llmsel(['session', 'new', 'free', '--run', 'w.py'])
  const pids = await eventually(() => {
    const found = NAMES.map((name) => Number(contentOf(join(box.cwd, name))))
    return found.every((pid) => pid > 0) && found
  })
  expect(pids.map(isRunning)).toEqual(pids.map(() => true))
  const { code, stdout } = box.llmsel(['session', 'stop', 'free', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    [{ name: 'free', processes: expect.any(Number), log: expect.stringContaining('/free.') }],
  ])
  expect(pids.map(isRunning)).toEqual(pids.map(() => false))
  expect(box.tmux('list-sessions')).toBe('')
})

test('a worker that ends well on TERM has its own code recorded', async () => {
  box.file(
    'w.py',
    'import signal, sys, time\n' +
      'def end(*_):\n    print("bye", flush=True)\n    time.sleep(0.5)\n    sys.exit(7)\n' +
      'signal.signal(signal.SIGTERM, end)\nprint("up", flush=True)\ntime.sleep(60)\n',
  )
  const { stdout } = box.llmsel(['session', 'new', 'free', '--run', 'w.py', '--json'])
  const { folder }: { folder: string } = JSON.parse(stdout)
  await eventually(() => contentOf(join(folder, 'log'))?.includes('up'))
  box.llmsel(['session', 'stop', 'free'])
  expect(contentOf(join(folder, 'exit'))).toBe('7\n')
  expect(contentOf(join(folder, 'log'))).toBe('up\r\nbye\r\n')
})

test('stop touches neither other sessions of llmsel nor those that it did not start', () => {
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 60')
  for (const name of ['crawler', 'crawler-budget']) {
    box.llmsel(['session', 'new', 'free', '--name', name, '--run', 'sleep 60'])
  }
  expect(box.llmsel(['session', 'stop', 'theirs'])).toMatchObject({ code: 1 })
  expect(box.llmsel(['session', 'stop', 'craw'])).toMatchObject({ code: 1 })
  expect(box.llmsel(['session', 'stop', 'crawler', 'nobody'])).toMatchObject({ code: 1 })
  expect(box.tmux('list-sessions', '-F', '#S')).toBe('crawler\ncrawler-budget\ntheirs')
  expect(box.llmsel(['session', 'stop', 'crawler'])).toMatchObject({ code: 0 })
  expect(box.tmux('list-sessions', '-F', '#S')).toBe('crawler-budget\ntheirs')
  expect(box.llmsel(['session', 'stop', '--all'])).toMatchObject({ code: 0 })
  expect(box.tmux('list-sessions', '-F', '#S')).toBe('theirs')
})

test('a program with another session’s name in its environment only is left alone', async () => {
  box.llmsel(['session', 'new', 'free', '--run', 'sleep 60'])
  const bystander = spawn('sleep', ['60'], {
    env: { ...box.env, LLMSEL_SESSION_DIR: '/elsewhere' },
  })
  box.llmsel(['session', 'stop', '--all'])
  expect(bystander.exitCode).toBeNull()
  expect(isRunning(bystander.pid ?? 0)).toBe(true)
  bystander.kill()
})

test('stop from within the session reports, and ends the session last', async () => {
  box.llmsel(['session', 'new', 'free'])
  box.tmux(
    'send-keys',
    '-t',
    '=free:',
    `sleep 300 & llmsel session stop free > '${box.cwd}/report'`,
    'Enter',
  )
  await eventually(() => box.tmux('list-sessions') === '')
  expect(contentOf(join(box.cwd, 'report'))).toMatch(/^free\t1\t/)
})

test('an interactive session stops without the kill, which would leave its shell no last word', async () => {
  box.file('../home/.bashrc', "trap 'echo ended >~/ended' EXIT\nPROMPT_COMMAND=': >~/begun'\n")
  box.llmsel(['session', 'new', 'free'])
  await eventually(() => contentOf(join(box.home, 'begun')) !== null)
  expect(box.llmsel(['session', 'stop', 'free'])).toMatchObject({ code: 0 })
  expect(contentOf(join(box.home, 'ended'))).toBe('ended\n')
  expect(box.tmux('list-sessions')).toBe('')
})

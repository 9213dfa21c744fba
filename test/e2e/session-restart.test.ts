import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(sandbox)

/** Prints one line of its variables, then goes on until a signal. */
const SHOW = `import os, sys, time
print("model=%s key=%s x=%s" % (os.environ.get("CLAUDE_MODEL"), os.environ.get("ANTHROPIC_API_KEY"), os.environ.get("X")), flush=True)
time.sleep(300)
`

function session(...words: readonly string[]): Ran {
  return box.llmsel(['session', ...words])
}

function log(name: string): string {
  return session('logs', name, '-n', 'all').stdout
}

function pane(format: string): string {
  return box.tmux('list-panes', '-s', '-t', '=free:', '-F', format)
}

function row(name: string): Record<string, unknown> | undefined {
  const rows: Record<string, unknown>[] = JSON.parse(session('list', '--json').stdout)
  return rows.find((each) => each['name'] === name)
}

/** A line of the log that is as expected, once it is there. */
async function logged(pattern: RegExp): Promise<string | undefined> {
  return await eventually(() => log('free').match(pattern)?.[0])
}

async function show(...words: readonly string[]): Promise<void> {
  box.file('w.py', SHOW)
  session('new', 'free', '--run', 'w.py', ...words)
  await eventually(() => log('free').includes('model='))
}

test('another profile: the same pane, folder and log, and a worker on the other model', async () => {
  await show('--env', 'X=1')
  const [before, pid, folder] = [pane('#{pane_id}'), pane('#{pane_pid}'), row('free')?.['folder']]
  const { code, stdout } = session('restart', 'free', '--profile', 'budget', '--env', 'Y=2')
  expect([code, stdout.split('\t').slice(0, 3)]).toEqual([
    0,
    ['free', 'budget', 'claude-haiku-5-5'],
  ])
  await eventually(() => log('free').includes('model=claude-haiku-5-5 key=None x=1'))
  expect(log('free')).toMatch(
    /^model=None key=None x=1\n[^]*\n--- restarted by llmsel \S+ on budget \(claude-haiku-5-5\) ---\nmodel=/,
  )
  expect(pane('#{pane_id}')).toBe(before)
  expect(contentOf(`/proc/${pid}/stat`)).toBeNull()
  expect(row('free')).toMatchObject({
    profile: 'budget',
    model: 'claude-haiku-5-5',
    state: 'running',
    folder,
  })
  expect(pane('#{window_name}')).toBe('budget')
  const text = readFileSync(join(String(folder), 'session.json'), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ profile: 'budget', extraEnv: { X: '1', Y: '2' } })
  box.tmux('new-window', '-t', '=free:')
  box.tmux('send-keys', '-t', '=free:', `echo "$CLAUDE_MODEL $X $Y" > ${box.cwd}/seen`, 'Enter')
  expect(await eventually(() => contentOf(join(box.cwd, 'seen')))).toBe('claude-haiku-5-5 1 2\n')
})

test('a dead one runs again, as often as one likes, and its end is the last one’s', async () => {
  box.file('w.sh', 'echo run; test -f second && exit 4; touch second; exit 3\n')
  session('new', 'free', '--run', 'w.sh', '--wait')
  expect(row('free')).toMatchObject({ state: 'exited', code: 3 })
  expect(session('restart', 'free').code).toBe(0)
  expect(session('wait', 'free').code).toBe(4)
  expect(row('free')).toMatchObject({ state: 'exited', code: 4 })
  expect(log('free').match(/^run$/gm)).toHaveLength(2)
})

test('a worker that dies in the first millisecond is restarted twenty times without a loss', () => {
  session('new', 'free', '--run', 'exit 7', '--wait')
  for (let count = 0; count < 20; count++) {
    expect(session('restart', 'free')).toMatchObject({ code: 0, stderr: '' })
    expect(session('wait', 'free', '--timeout', '5s').code).toBe(7)
  }
  expect(log('free').match(/restarted by llmsel/g)).toHaveLength(20)
})

test('a key that this shell has not stays, and the profile’s own stand-ins go', async () => {
  box.file('w.py', SHOW)
  box.llmsel(['session', 'new', 'budget', '--name', 'free', '--run', 'w.py'], {
    ANTHROPIC_API_KEY: 'sk-own',
  })
  expect(await logged(/^model=claude-haiku.*/m)).toContain('key=sk-own')
  session('restart', 'free', '--profile', 'premium')
  expect(await logged(/^model=claude-sonnet.*/m)).toContain('key=sk-own')
  session('restart', 'free', '--profile', 'free')
  expect(await logged(/^model=None.*/m)).toContain('key=None')
  box.llmsel(['session', 'restart', 'free', '--profile', 'budget'], { ANTHROPIC_API_KEY: 'sk-new' })
  expect(await logged(/^model=claude-haiku-5-5 key=sk-new/m)).toBeDefined()
})

test('other windows, and what runs there, go on', async () => {
  await show()
  box.tmux('new-window', '-d', '-t', '=free:', `echo $$ > ${box.cwd}/other; exec sleep 300`)
  const other = Number(await eventually(() => contentOf(join(box.cwd, 'other'))))
  expect(session('restart', 'free')).toMatchObject({ code: 0 })
  expect(contentOf(`/proc/${other}/stat`)).toContain('(sleep) S')
  expect(pane('#{pane_dead}')).toBe('0\n0')
})

test('what cannot be is refused before anything is ended', async () => {
  await show()
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  const pids = box.tmux('list-panes', '-a', '-F', '#{pane_pid}')
  expect(session('restart', 'free', '--profile', 'fre')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "free"?'),
  })
  expect(session('restart', 'free', '--env', 'LLMSEL_SESSION=x').code).toBe(2)
  expect(session('restart', 'fre').stderr).toContain('did you mean free?')
  expect(session('restart', 'theirs').stderr).toContain('no session named theirs')
  renameSync(box.cwd, `${box.cwd}-moved`)
  const gone = box.start(['session', 'restart', 'free'], {}, dirname(box.cwd))
  expect(await gone).toMatchObject({ code: 1, stderr: expect.stringContaining('folder is gone') })
  renameSync(`${box.cwd}-moved`, box.cwd)
  expect(box.tmux('list-panes', '-a', '-F', '#{pane_pid}')).toBe(pids)
})

test('two restarts at once: one is refused or both do, and one worker runs', async () => {
  await show()
  const both = [0, 1].map(async () => await box.start(['session', 'restart', 'free']))
  const codes = (await Promise.all(both)).map(({ code }) => code)
  expect(codes).toContain(0)
  expect(pane('#{pane_dead}')).toBe('0')
  const folder = String(row('free')?.['folder'])
  expect(readdirSync(folder).filter((name) => /\.new$|^held$|^exit$/.test(name))).toEqual([])
})

test('a tmux server that dies during a restart: an error, and the session is gone', async () => {
  box.file('w.py', `import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n${SHOW}`)
  session('new', 'free', '--run', 'w.py')
  await logged(/^model=/m)
  const folder = String(row('free')?.['folder'])
  const server = Number(box.tmux('display-message', '-p', '#{pid}'))
  const restarting = box.start(['session', 'restart', 'free'])
  await eventually(() => contentOf(join(folder, 'held')) !== null)
  process.kill(server, 'SIGKILL')
  const { code, stderr } = await restarting
  expect([code, stderr]).toEqual([1, expect.stringContaining('llmsel session new free')])
  expect(readdirSync(folder)).not.toContain('held')
  expect(session('list', '--all').stdout).toMatch(/^free\t.*\tgone\t/)
})

test('whoever waits for the session waits for the worker after the restart', async () => {
  box.file('w.sh', 'test -f second && exit 5; touch second; sleep 300\n')
  const started = box.start(['session', 'new', 'free', '--run', 'w.sh', '--wait'])
  await eventually(() => contentOf(join(box.cwd, 'second')) !== null)
  const waiting = box.start(['session', 'wait', 'free'])
  const following = box.start(['session', 'logs', 'free', '-f'])
  // They wait once they are up; nothing tells when that is.
  await eventually(() => row('free')?.['state'] === 'running')
  expect(session('restart', 'free').code).toBe(0)
  expect((await started).code).toBe(5)
  expect((await waiting).code).toBe(5)
  expect((await following).stdout).toContain('restarted by llmsel')
})

test('the first records, without what --env asked for, are still read', async () => {
  await show()
  const path = join(String(row('free')?.['folder']), 'session.json')
  const { extraEnv, asked, ...old } = JSON.parse(readFileSync(path, 'utf8'))
  expect([extraEnv, asked.kind]).toEqual([{}, 'worker'])
  writeFileSync(path, JSON.stringify(old))
  expect(session('restart', 'free', '--profile', 'budget').code).toBe(0)
  await eventually(() => log('free').includes('model=claude-haiku-5-5'))
})

test('an agent gets the flags of the model that it is restarted on', async () => {
  box.file('bin/claude', '#!/bin/sh\necho "claude $2"; exec sleep 300\n', 0o755)
  session('new', 'budget', '--name', 'free', '--run', './bin/claude')
  expect(await logged(/^claude .*/m)).toBe('claude claude-haiku-5-5')
  session('restart', 'free', '--profile', 'premium')
  expect(await logged(/^claude .*sonnet.*/m)).toBe('claude claude-sonnet-5-5')
})

test('a command that is typed into a shell is typed again', async () => {
  session('new', 'free', '--shell', '--run', 'echo "typed $LLM_MODEL"')
  await eventually(() => /^typed llama/m.test(log('free')))
  expect(session('restart', 'free', '--profile', 'budget').code).toBe(0)
  await eventually(() => /^typed anthropic\/claude-haiku-5-5/m.test(log('free')))
})

test('use --session puts new windows on the profile, and the worker keeps its model', async () => {
  await show()
  const used = box.llmsel(['use', 'budget', '--session', 'free'])
  expect(used).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(
      /new windows .*claude-haiku.*\n.*its worker keeps llama3\.2 .*\n/,
    ),
  })
  expect(row('free')).toMatchObject({ profile: 'free', model: 'llama3.2', state: 'running' })
  box.tmux('new-window', '-t', '=free:')
  box.tmux('send-keys', '-t', '=free:', `echo "$CLAUDE_MODEL" > ${box.cwd}/seen`, 'Enter')
  expect(await eventually(() => contentOf(join(box.cwd, 'seen')))).toBe('claude-haiku-5-5\n')
  session('restart', 'free')
  await eventually(() => log('free').includes('model=claude-haiku-5-5'))
  expect(row('free')).toMatchObject({ profile: 'budget', model: 'claude-haiku-5-5' })
})

test('use --session refuses other wishes beside it, and sessions that are not llmsel’s', () => {
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  expect(box.llmsel(['use', 'budget', '--session', 'theirs']).code).toBe(1)
  expect(box.llmsel(['use', 'budget', '--global', '--session', 'x']).code).toBe(2)
  expect(box.llmsel(['use', '-', '--session', 'x']).code).toBe(2)
})

import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fleetBox, SLEEP, steps } from '../support/fleet.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)
const it = fleetBox(box)

async function goDown(): Promise<void> {
  it.killServer()
  await eventually(() => it.names().length === 0)
}

test('what ran starts again as it was; what had ended, was stopped or was left does not', async () => {
  mkdirSync(join(box.cwd, 'sub'))
  box.file('sub/w.sh', 'echo "$LLM_MODEL $X $* $(pwd)" >> said; exec sleep 300\n')
  const worker = ['new', 'free', '--name', 'worker', '--cwd', 'sub', '--run', 'w.sh']
  it.session(...worker, '--env', 'X=it’s', '--', 'a b', ';')
  it.session('new', 'free', '--name', 'ended', '--run', 'true', '--wait')
  it.session('new', 'free', '--name', 'failed', '--run', 'exit 3', '--wait')
  it.session('new', 'free', '--name', 'stopped', '--run', 'sleep 300')
  it.session('stop', 'stopped')
  it.session('new', 'free', '--name', 'left')
  box.tmux('send-keys', '-t', '=left:', 'exit', 'Enter')
  await eventually(() => !it.names().includes('left'))
  it.session('new', 'budget', '--name', 'shell')
  it.fleet({ member: { ...SLEEP, restart: 'on-failure' } })
  it.session('up')
  const said = () => contentOf(join(box.cwd, 'sub/said'))
  await eventually(said)
  await goDown()

  expect(it.session('restore')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('llmsel session restore --yes'),
  })
  expect(steps(it.session('restore', '--dry-run'))).toEqual([
    'start member',
    'start shell',
    'start worker',
  ])
  expect(it.names()).toEqual([])
  const ran = it.session('restore', '--yes')
  expect([ran.code, steps(ran)]).toEqual([0, ['started member', 'started shell', 'started worker']])
  expect(ran.stderr).toContain('llmsel: worker is started on free (llama3.2)\n')
  const line = `llama3.2 it’s a b ; ${box.cwd}/sub\n`
  await eventually(() => said() === line + line)
  expect(it.row('shell')).toMatchObject({ state: 'running', profile: 'budget' })
  expect(steps(it.session('up'))).toEqual(['kept member'])
  expect(it.session('restore', '--yes')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'llmsel: nothing went down that could be started again\n',
  })
})

test('what somebody closed on a server that goes on is not started; after a new server, what went down is', async () => {
  it.session('new', 'free', '--name', 'closed', '--run', 'sleep 300')
  it.session('new', 'free', '--name', 'other', '--run', 'sleep 300')
  box.tmux('kill-session', '-t', '=closed')
  expect(it.session('restore', '--dry-run').stdout).toBe('')
  expect(it.session('list', '--all').stdout).toMatch(/^closed\t.*\tgone\t/)
  it.session('prune', 'closed')
  await goDown()
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  expect(steps(it.session('restore', '--yes'))).toEqual(['started other'])
  expect(it.names()).toEqual(['other', 'theirs'])
})

test('one that cannot be started any more takes none of the others down, and is offered again', async () => {
  const moved = join(box.cwd, 'moved')
  mkdirSync(join(box.cwd, 'sub'))
  box.llmsel(['config', 'set', 'profiles.night.model', 'haiku'])
  it.session('new', 'free', '--name', 'a', '--cwd', 'sub', '--run', 'sleep 300')
  it.session('new', 'night', '--name', 'b', '--run', 'sleep 300')
  it.session('new', 'free', '--name', 'c', '--run', 'sleep 300')
  await goDown()
  renameSync(join(box.cwd, 'sub'), moved)
  box.llmsel(['config', 'unset', 'profiles.night.model'])
  const ran = it.session('restore', '--yes')
  expect([ran.code, steps(ran)]).toEqual([1, ['failed a', 'failed b', 'started c']])
  expect(ran.stderr).toContain(`llmsel: a: its folder is gone: ${box.cwd}/sub\n`)
  expect(ran.stderr).toContain('llmsel: b: no profile or model "night"')
  renameSync(moved, join(box.cwd, 'sub'))
  box.llmsel(['config', 'set', 'profiles.night.model', 'opus'])
  const again = it.session('restore', '--yes')
  expect([again.code, steps(again)]).toEqual([0, ['started a', 'started b']])
  expect(again.stderr).toContain(
    'llmsel: night is claude-opus-5-5 now; b ran on claude-haiku-5-5\n',
  )
})

test('a command that was typed into a shell is typed again; --json has one shape', async () => {
  it.session('new', 'free', '--name', 'typed', '--shell', '--run', 'echo x >> typed')
  const typed = () => contentOf(join(box.cwd, 'typed'))
  await eventually(typed)
  await goDown()
  const plan = JSON.parse(it.session('restore', '--dry-run', '--json').stdout)
  const done = JSON.parse(it.session('restore', '--yes', '--json').stdout)
  expect(await eventually(() => typed() === 'x\nx\n')).toBe(true)
  expect(plan).toEqual({
    dryRun: true,
    sessions: [
      {
        name: 'typed',
        profile: 'free',
        model: 'llama3.2',
        run: 'echo x >> typed',
        cwd: box.cwd,
        fleet: null,
        state: null,
        code: null,
        signal: null,
        restarts: 0,
        problem: null,
        folder: null,
        log: null,
      },
    ],
  })
  expect(Object.keys(done.sessions[0])).toEqual(Object.keys(plan.sessions[0]))
  expect(JSON.parse(it.session('restore', '--yes', '--json').stdout)).toEqual({
    dryRun: false,
    sessions: [],
  })
  expect(it.session('restore', '--json').code).toBe(2)
})

test('on a terminal it shows the sessions and asks', async () => {
  for (const name of ['a', 'b']) it.session('new', 'free', '--name', name, '--run', 'sleep 300')
  await goDown()
  const ask = () => {
    box.tmux('kill-session', '-t', '=tty')
    box.tmux('new-session', '-d', '-s', 'tty', '-x', '120', '-y', '20', '-c', box.cwd, '/bin/sh')
    box.tmux('send-keys', '-t', '=tty:', 'llmsel session restore; echo "left $?"', 'Enter')
  }
  const screen = () => box.tmux('capture-pane', '-p', '-t', '=tty:')
  ask()
  const shown = await eventually(() => screen().includes('Start these 2?') && screen())
  expect(shown).toMatch(/plan +session +profile .*\nstart +a +free +llama3\.2 +- +sleep 300/)
  box.tmux('send-keys', '-t', '=tty:', 'Down', 'Enter')
  await eventually(() => screen().includes('left 0'))
  expect(it.names()).toEqual(['tty'])
  ask()
  await eventually(() => screen().includes('Start these 2?'))
  box.tmux('send-keys', '-t', '=tty:', 'Enter')
  await eventually(() => /started +b .*running[^]*left 0/.test(screen()))
  expect(it.names()).toEqual(['a', 'b', 'tty'])
})

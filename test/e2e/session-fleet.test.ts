import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fleetBox, isRunning, SLEEP, steps } from '../support/fleet.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)
const it = fleetBox(box)

test('up starts what is missing, says so as it goes, and keeps it the next time', () => {
  it.fleet({ crawler: { ...SLEEP, profile: 'budget', count: 12 }, me: { profile: 'premium' } })
  const first = it.session('up')
  expect([first.code, steps(first)]).toEqual([
    0,
    [...Array.from({ length: 12 }, (_, index) => `started crawler-${index + 1}`), 'started me'],
  ])
  expect(first.stderr.split('\n')[0]).toBe(
    'llmsel: crawler-1 is started on budget (claude-haiku-5-5)',
  )
  const before = box.tmux('list-panes', '-a', '-F', '#{pane_pid}')
  const second = it.session('up')
  expect([second.code, second.stderr]).toEqual([0, ''])
  expect(new Set(steps(second).map((step) => step.split(' ')[0]))).toEqual(new Set(['kept']))
  expect(box.tmux('list-panes', '-a', '-F', '#{pane_pid}')).toBe(before)
  expect(it.row('me')).toMatchObject({
    fleet: join(box.cwd, 'llmsel.fleet.json'),
    state: 'running',
  })
})

test('--dry-run prints the plan and does nothing; --json has one shape', () => {
  it.fleet({ a: SLEEP })
  expect(it.session('up', '--dry-run')).toEqual({
    code: 0,
    stdout: 'start\ta\tfree\tllama3.2\t-\t\n',
    stderr: '',
  })
  expect(it.names()).toEqual([])
  expect(existsSync(box.sessions)).toBe(false)
  const planned = JSON.parse(it.session('up', '--dry-run', '--json').stdout)
  const started = JSON.parse(it.session('up', '--json').stdout)
  expect(planned).toEqual({
    file: join(box.cwd, 'llmsel.fleet.json'),
    dryRun: true,
    sessions: [
      {
        name: 'a',
        action: 'start',
        why: [],
        profile: 'free',
        model: 'llama3.2',
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
  expect(Object.keys(started.sessions[0])).toEqual(Object.keys(planned.sessions[0]))
  expect(started).toMatchObject({
    dryRun: false,
    sessions: [{ action: 'start', state: 'running' }],
  })
  it.fleet({})
  expect(JSON.parse(it.session('up', 'llmsel.fleet.json', '--json').stdout).sessions).toHaveLength(
    1,
  )
  expect(JSON.parse(it.session('up', '--json').stdout).sessions).toEqual([])
})

test('up changes what differs, ends what is too many, and leaves the rest alone', async () => {
  box.file('w.sh', 'echo "$LLM_MODEL $DEPTH"; exec sleep 300\n')
  const worker = { profile: 'free', run: 'w.sh', env: { DEPTH: '1' } }
  it.fleet({ same: SLEEP, other: worker, many: { ...SLEEP, count: 3 }, shell: SLEEP, gone: SLEEP })
  it.session('up')
  const before = new Map(it.rows().map(({ name, pid }) => [name, pid]))
  it.fleet({
    same: { ...SLEEP, restart: 'on-failure' },
    other: { ...worker, profile: 'budget', env: { DEPTH: '2' } },
    many: { ...SLEEP, count: 2 },
    shell: { profile: 'free' },
  })
  const wanted = [
    'update same',
    'restart other',
    'keep many-1',
    'keep many-2',
    'replace shell',
    'stop gone',
    'stop many-3',
  ]
  expect(steps(it.session('up', '--dry-run'))).toEqual(wanted)
  const { stdout, code } = it.session('up')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^restarted\tother\t.*profile: free → budget; model: llama3\.2 → /m)
  expect(it.names()).toEqual(['many-1', 'many-2', 'other', 'same', 'shell'])
  const kept = it.rows().flatMap(({ name, pid }) => (before.get(name) === pid ? [name] : []))
  expect(kept).toEqual(['many-1', 'many-2', 'same'])
  await eventually(() =>
    it.session('logs', 'other').stdout.includes('anthropic/claude-haiku-5-5 2'),
  )
  const again = it.session('up', '--dry-run').stdout
  expect(again.match(/^\w+/gm)).toEqual(['keep', 'keep', 'keep', 'keep', 'keep'])
})

test('a member that was restarted otherwise is put back to what the file says', () => {
  it.fleet({ a: SLEEP })
  it.session('up')
  it.session('restart', 'a', '--env', 'X=1')
  expect(it.session('up', '--dry-run').stdout).toMatch(/^restart\ta\t.*variables: X\n$/)
  it.session('up')
  expect(steps(it.session('up'))).toEqual(['kept a'])
})

test.each([
  [
    'an unknown key',
    '{"sessions": {"a": {"run": "sleep 300", "limits": 3}}}',
    ':1:41: unknown key',
  ],
  [
    'a count of 10000',
    '{"sessions": {"a": {"run": "true",\n"count": 10000}}}',
    ':2:10: "sessions.a',
  ],
  [
    'a profile that does not exist',
    '{"sessions": {"a": {"run": "sleep 300"},\n "b": {"profile": "budgte"}}}',
    ':2:19: no profile or model "budgte"\ndid you mean "budget"? run: llmsel models',
  ],
  ['no JSON', '{"sessions": {,}}', ':1:15: "," where a key in double quotes should be'],
  ['a missing include', '{"include": ["x.json"], "sessions": {}}', ':1:14: there is no x.json'],
])('%s: the place is named and nothing changes', (_, text, message) => {
  it.fleet({ old: SLEEP })
  it.session('up')
  box.file('llmsel.fleet.json', text)
  const { code, stdout, stderr } = it.session('up')
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(`llmsel.fleet.json${message}`)
  expect(it.names()).toEqual(['old'])
  const [line = ''] = it.session('up', '--json').stderr.split('\n')
  expect(JSON.parse(line)).toMatchObject({ error: { code: 'invalid-config' } })
})

test('a cycle of includes is refused; includes are relative to their own file', () => {
  box.file('llmsel.fleet.json', '{"include": ["sub/b.json"], "sessions": {}}')
  box.file('sub/b.json', '{"include": ["../llmsel.fleet.json"], "sessions": {}}')
  expect(it.session('up').stderr).toContain(
    'sub/b.json:1:14: "include" comes back to its own file: llmsel.fleet.json → sub/b.json → llmsel',
  )
  box.file('sub/b.json', '{"sessions": {"b": {"profile": "free", "run": "w.sh"}}}')
  box.file('sub/w.sh', 'pwd > here; exec sleep 300\n')
  expect(it.session('up').code).toBe(0)
  expect(it.row('b')?.fleet).toBe(join(box.cwd, 'llmsel.fleet.json'))
})

test('without a file it says so', () => {
  expect(it.session('up')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no llmsel.fleet.json'),
  })
  mkdirSync(join(box.cwd, 'folder'))
  expect(it.session('up', 'folder').stderr).toContain('folder: it is no regular file')
  expect(it.session('down').code).toBe(1)
})

test('a member that cannot start takes none of the others down', () => {
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 300')
  it.session('new', 'free', '--name', 'mine', '--run', 'sleep 300')
  it.fleet({
    a: SLEEP,
    file: { run: 'nope.py' },
    folder: { run: 'true', cwd: 'nowhere' },
    theirs: SLEEP,
    mine: SLEEP,
    min: SLEEP,
    z: { profile: 'free', run: 'exit 3' },
  })
  const ran = it.session('up')
  expect([ran.code, steps(ran)]).toEqual([
    1,
    [
      'started a',
      'refused file',
      'refused folder',
      'refused theirs',
      'refused mine',
      'started min',
      'started z',
    ],
  ])
  expect(ran.stderr).toContain('llmsel: file: llmsel.fleet.json:1:')
  expect(ran.stderr).toContain(': missing worker file: nope.py\n')
  expect(ran.stderr).toContain(': no such folder: nowhere\n')
  expect(ran.stderr).toContain('llmsel: theirs: another session, which this file did not start')
  const pids = box.tmux('list-panes', '-t', '=mine:', '-F', '#{pane_pid}')
  it.session('down')
  expect(it.names()).toEqual(['mine', 'theirs'])
  expect(box.tmux('list-panes', '-t', '=mine:', '-F', '#{pane_pid}')).toBe(pids)
})

test('down ends only its own, also where the file is broken, gone, or reached by a link', () => {
  it.fleet({ a: { ...SLEEP, count: 2 } })
  it.fleet({ b: SLEEP }, 'other.json')
  symlinkSync('llmsel.fleet.json', join(box.cwd, 'link.json'))
  it.session('new', 'free', '--name', 'a', '--run', 'sleep 300')
  it.session('up')
  it.session('up', 'other.json')
  expect(steps(it.session('up', 'link.json'))).toEqual(['kept a-1', 'kept a-2'])
  const pids = it.rows().flatMap(({ name, pid }) => (name.startsWith('a-') && pid ? [pid] : []))
  box.file('llmsel.fleet.json', '{')
  const { code, stdout } = it.session('down', 'link.json', '--json')
  const ended = JSON.parse(stdout)
  expect([code, ended]).toMatchObject([
    0,
    { file: join(box.cwd, 'llmsel.fleet.json'), sessions: [{ name: 'a-1' }, { name: 'a-2' }] },
  ])
  expect(pids.map(isRunning)).toEqual([false, false])
  expect(it.names()).toEqual(['a', 'b'])
  rmSync(join(box.cwd, 'other.json'))
  expect(it.session('down', 'other.json').code).toBe(0)
  expect(it.names()).toEqual(['a'])
  expect(it.session('down', 'other.json').code).toBe(1)
  expect(JSON.parse(it.session('down', '--json').stdout).sessions).toEqual([])
})

test('two ups at once start every session once; of two fleets one has the name', async () => {
  it.fleet({ a: { ...SLEEP, count: 15 } })
  const both = [0, 1].map(async () => await box.start(['session', 'up']))
  const outcomes = await Promise.all(both)
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
  const done = outcomes.flatMap((each) => steps(each).map((step) => step.split(' ')[0]))
  expect(done.filter((verb) => verb === 'started')).toHaveLength(15)
  expect(done.filter((verb) => verb === 'kept')).toHaveLength(15)
  expect(it.names()).toHaveLength(15)
  expect(new Set(it.rows().map(({ fleet: file }) => file)).size).toBe(1)
  expect(new Set(steps(it.session('up')).map((step) => step.split(' ')[0]))).toEqual(
    new Set(['kept']),
  )
  it.fleet({ x: SLEEP }, 'one.json')
  it.fleet({ x: SLEEP }, 'two.json')
  const two = ['one', 'two'].map(async (name) => await box.start(['session', 'up', `${name}.json`]))
  const codes = (await Promise.all(two)).map(({ code }) => code)
  expect(codes.toSorted((x, y) => x - y)).toEqual([0, 1])
  expect(it.names()).toHaveLength(16)
})

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { LISTING_FORMAT } from '../../src/domain/sessions/listing.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER } from '../support/launcher.ts'
import { sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

beforeEach(() => {
  box.llmsel(['session', 'new', 'free', '--run', 'sleep 600'])
})

/** A tmux before the real one on PATH, which notes what it is asked. */
function wrapped(script: string): Record<string, string> {
  return { PATH: box.before('tmux', script), LOG: join(box.home, 'log') }
}

const NOTE = String.raw`printf '%s\0' "$@" >>"$LOG"; printf '\n' >>"$LOG"`
const REAL = 'PATH=${PATH#*:} exec tmux "$@"'

function calls(): string[][] {
  const log = join(box.home, 'log')
  if (!existsSync(log)) return []
  const lines = readFileSync(log, 'utf8').split('\0\n').slice(0, -1)
  return lines.map((line) => line.split('\0'))
}

const LISTED = /^free\tfree\t\S+\trunning\t/

test.each([['list'], ['ls']])('session %s asks tmux once, for what its reader expects', (verb) => {
  const env = wrapped(`${NOTE}\n${REAL}`)
  expect(box.llmsel(['session', verb], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(LISTED),
    stderr: '',
  })
  const [options, ...more] = calls()
  expect(options?.slice(0, 3)).toEqual(['-u', '-L', box.env['LLMSEL_TMUX_SOCKET']])
  const end = [';', 'display-message', '-p', 'whole']
  expect(options?.slice(3)).toEqual(['list-panes', '-a', '-F', LISTING_FORMAT, ...end])
  expect(more).toEqual([])
})

test.each([
  ['fails', 'exit 1'],
  ['breaks off', 'echo whole; exit 1'],
  ['says nothing', 'exit 0'],
])('where tmux %s at first, it is asked again', (_, end) => {
  const env = wrapped(`${NOTE}\n[ -e "$LOG.first" ] || { : >"$LOG.first"; ${end}; }\n${REAL}`)
  expect(box.llmsel(['session', 'list'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(LISTED),
    stderr: '',
  })
  expect(calls()).toHaveLength(2)
})

test.each([
  ['a socket is named by its path', (socket: string) => ({ LLMSEL_TMUX_SOCKET: socket })],
  [
    'it runs in a pane, of whatever server',
    (socket: string) => ({ LLMSEL_TMUX_SOCKET: '', TMUX: `${socket},1,0` }),
  ],
])('one call is enough where %s', (_, place) => {
  const env = { ...box.env, ...wrapped(`${NOTE}\n${REAL}`) }
  const { stdout } = spawnSync(LAUNCHER, ['session', 'list'], {
    env: { ...env, ...place(box.tmux('display-message', '-p', '#{socket_path}')) },
    encoding: 'utf8',
  })
  expect(stdout).toMatch(LISTED)
  expect(calls()).toHaveLength(1)
})

test.each([
  ['standard input is closed', '"$0" session list <&-'],
  ['the launcher’s own word is typed', '"$0" @panes session list'],
  ['descriptor 3 is somebody else’s', 'echo other | { "$0" @panes session list 3<&0; }'],
  ['the output is a pipe', '"$0" session list | cat'],
])('the list is the same where %s', (_, line) => {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line, LAUNCHER], {
    env: box.env,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(LISTED)
})

test('a failure keeps its exit code', () => {
  expect(box.llmsel(['session', 'list', '--nope']).code).toBe(2)
})

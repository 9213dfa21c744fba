import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER, ROOT } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import { sandbox } from '../support/tmux.ts'

const NEW = ['session', 'new', 'free', '--run', 'sleep 600']
const STARTED = /^free\tfree\t\S+\t\//

const box = forEachTest(sandbox)

/** A tmux before the real one on PATH, which notes what it is asked. */
function wrapped(script: string): Record<string, string> {
  return { PATH: box.before('tmux', script), LOG: join(box.home, 'log') }
}

const NOTE = String.raw`printf '%s ' "$@" >>"$LOG"; printf '\n' >>"$LOG"`
const REAL = 'PATH=${PATH#*:} exec tmux "$@"'

function noted(): string[] {
  const log = join(box.home, 'log')
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []
}

function runs(): string[] {
  return existsSync(box.sessions) ? readdirSync(box.sessions) : []
}

test('one tmux call starts a session, and it is no child of Node', () => {
  const env = wrapped(`${NOTE}\ncat /proc/$PPID/comm >>"$LOG"\n${REAL}`)
  expect(box.llmsel(NEW, env)).toMatchObject({ code: 0, stdout: expect.stringMatching(STARTED) })
  const call = `-u -L ${box.env['LLMSEL_TMUX_SOCKET']} start-server ; source-file - `
  expect(noted()).toEqual([call, 'llmsel'])
})

/** Of the call that starts a session. */
function tmuxEnv(words: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const [program = '', ...rest] = words
  const first = wrapped(`[ -e "$LOG" ] || env -0 >"$LOG"\n${REAL}`)
  const { status, stderr } = spawnSync(program, [...rest, ...NEW, '--name', `n${words.length}`], {
    env: { ...box.env, ...first, LOG: join(box.home, `env${words.length}`), ...env },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const text = readFileSync(join(box.home, `env${words.length}`), 'utf8')
  // A shell's own.
  return text
    .split('\0')
    .filter((line) => !/^(?:_|PWD|OLDPWD|SHLVL|LOG)=/.test(line))
    .toSorted()
}

test.each([
  ['a plain shell', {}],
  ['a session of llmsel', { LLMSEL_SESSION: 'a', LLMSEL_SESSION_DIR: '/a', LLMSEL_PROFILE: 'x' }],
  [
    'a shell on a profile',
    {
      __LLMSEL_SET: 'OPENAI_MODEL ANTHROPIC_MODEL -OLLAMA_HOST',
      OPENAI_MODEL: 'ours',
      __LLMSEL_OLD_OPENAI_MODEL: `their 'own' $x`,
      ANTHROPIC_MODEL: 'ours',
      __LLMSEL_OLD_OLLAMA_HOST: 'theirs:1',
    },
  ],
  [
    'a value of two lines, put back',
    { __LLMSEL_SET: 'A', A: 'ours', __LLMSEL_OLD_A: '1\n2', B: '3\n4' },
  ],
  ['a tmux that is gone', { TMUX: '/nowhere/tmux,1,0', TMUX_PANE: '%7' }],
])('tmux has the same variables as from Node itself: %s', (_, env) => {
  const start = [process.execPath, join(ROOT, 'dist/cli/start.cjs')]
  expect(tmuxEnv([LAUNCHER], env)).toEqual(tmuxEnv(start, env))
})

const IN_VAIN: readonly (readonly [string, readonly string[], number])[] = [
  ['the command line is wrong', ['--nope'], 2],
  ['the worker is missing', ['--cwd', '/nowhere'], 1],
]
const NOTHING_TO_DO: typeof IN_VAIN = [
  ['nothing is to be done', ['--dry-run'], 0],
  ['help is asked for', ['--help'], 0],
]

/** Of calls that start a server. */
function started(): string[] {
  return noted().filter((call) => call.includes('start-server'))
}

test.each(NOTHING_TO_DO)('no tmux is started where %s', (_, more, code) => {
  expect(box.llmsel([...NEW, ...more], wrapped(`${NOTE}\n${REAL}`)).code).toBe(code)
  expect(started()).toEqual([])
  expect(runs()).toEqual([])
})

/** Its configuration could do anything. */
test.each(IN_VAIN)('no tmux that is configured is started where %s', (_, more, code) => {
  const config = box.file('home/.tmux.conf', `run-shell 'touch ${box.home}/configured'\n`)
  const env = { ...wrapped(`${NOTE}\n${REAL}`), HOME: dirname(config) }
  expect(box.llmsel([...NEW, ...more], env).code).toBe(code)
  expect(started()).toEqual([])
  expect(existsSync(join(box.home, 'configured'))).toBe(false)
})

test.each(IN_VAIN)('a tmux that was started too early is gone where %s', async (_, more, code) => {
  expect(box.llmsel([...NEW, ...more]).code).toBe(code)
  expect(runs()).toEqual([])
  const isGone = () => spawnSync('tmux', ['list-sessions'], { env: box.env }).status === 1
  await expect.poll(isGone).toBe(true)
})

test.each([
  [
    'fails',
    'cat >/dev/null; echo no room >&2; exit 1',
    'tmux could not start the session: no room',
  ],
  ['fails without a word', 'exit 3', 'tmux could not start the session: tmux ended with 3'],
  ['is killed', 'kill -9 $$', 'tmux could not start the session'],
  [
    'is killed with its shell',
    'cat >/dev/null; kill -9 $PPID $$',
    'tmux could not start the session',
  ],
  ['does not read', 'exec <&-; echo no >&2', 'tmux could not start the session: no'],
])('where tmux %s nothing is left', (_, script, message) => {
  const env = wrapped(`case "$*" in *source-file*) ${script} ;; esac\n${REAL}`)
  const { code, stderr } = box.llmsel(NEW, env)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) })
  expect(runs()).toEqual([])
})

/** A Node that begins when tmux has, or, where tmux must not begin by itself, soon. */
function lateNode(patience: number): Record<string, string> {
  const wait = `i=0; until [ -s "$LOG" ] || [ $i = ${patience} ]; do sleep 0.01; i=$((i + 1)); done`
  const note = '[ -s "$LOG" ] && : >"$LOG.early"'
  box.before('node', `${wait}\n${note}\nexec ${nodeForTests()} "$@"`)
  return wrapped(`${NOTE}\n${REAL}`)
}

const isEarly = (): boolean => existsSync(join(box.home, 'log.early'))

test('in a plain shell tmux starts while Node does', () => {
  expect(box.llmsel(NEW, lateNode(1000))).toMatchObject({ code: 0 })
  expect(isEarly()).toBe(true)
})

test.each([
  ['tmux has a configuration', {}, []],
  ['it is called inside tmux', { TMUX: '/nowhere/tmux,1,0' }, []],
  ['llmsel has set variables', { __LLMSEL_SET: 'OPENAI_MODEL', OPENAI_MODEL: 'ours' }, []],
  ['nothing is to be done', {}, ['--dry-run']],
])('tmux waits for Node where %s', (what, env, more) => {
  if (what.includes('configuration'))
    writeFileSync(join(box.home, '.tmux.conf'), 'set -g status off\n')
  expect(box.llmsel([...NEW, ...more], { ...lateNode(30), ...env })).toMatchObject({ code: 0 })
  expect(isEarly()).toBe(false)
})

test('a missing tmux is said to be missing', () => {
  const folder = join(box.home, 'bin')
  mkdirSync(folder)
  symlinkSync(nodeForTests(), join(folder, 'node'))
  const env = { PATH: folder }
  const { status, stderr } = spawnSync('/bin/sh', [LAUNCHER, ...NEW], {
    env: { ...box.env, ...env },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/tmux is not (?:installed|on PATH)/),
  })
  expect(runs()).toEqual([])
})

test.each([
  ['standard input is closed', '"$0" "$@" <&-'],
  ['standard input is a file', '"$0" "$@" </dev/null'],
  ['the launcher’s own word is typed', '"$0" @hand "$@"'],
  ['descriptors 3 and 4 are files', '"$0" @hand "$@" 3</dev/null 4>/dev/null'],
  ['the output is a pipe', '"$0" "$@" | cat'],
])('a session starts where %s', (_, line) => {
  const { stdout, status } = spawnSync('sh', ['-c', line, LAUNCHER, ...NEW], {
    env: box.env,
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(STARTED) })
})

test('more than a pipe holds arrives whole', () => {
  const long = 'é'.repeat(49_000)
  const words = ['--env', `A=${long}`, '--env', `B=${long}`]
  const run = 'printf %s "$A$B" | wc -c; sleep 600'
  expect(box.llmsel(['session', 'new', 'free', '--run', run, ...words]).code).toBe(0)
  const told = box.llmsel(['session', 'send', 'free', 'x'])
  expect(told.code).toBe(0)
  const log = box.llmsel(['session', 'logs', 'free']).stdout
  expect(log).toContain(String(4 * 49_000))
})

test('a signal that ended Node is what ended the launcher', () => {
  // The shell that runs tmux is Node's child.
  const kill = "cat >/dev/null; kill -9 $(cut -d ' ' -f 4 /proc/$PPID/stat)"
  const env = { ...box.env, ...wrapped(`case "$*" in *source-file*) ${kill} ;; esac`) }
  expect(spawnSync(LAUNCHER, NEW, { env }).signal).toBe('SIGKILL')
})

test('the output ends with the command, whatever of it still runs', () => {
  const hold = join(box.home, 'hold')
  spawnSync('mkfifo', [hold])
  const slow = `case "$*" in *source-file*) PATH=\${PATH#*:} tmux "$@"; cat ${hold}; exit ;; esac`
  const { status, stdout } = spawnSync(LAUNCHER, NEW, {
    env: { ...box.env, ...wrapped(`${slow}\n${REAL}`) },
    encoding: 'utf8',
    timeout: 60_000,
  })
  writeFileSync(hold, '')
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(STARTED) })
})

/** What the launcher's shell asks Ollama's port with. */
function asking(script: string): Record<string, string> {
  return { PATH: box.before('timeout', script) }
}

const ANSWERS = 'ready: listens at http://127.0.0.1:11434'
const SILENT = 'no Ollama at http://127.0.0.1:11434'
const REFUSED = 'bash: /dev/tcp/127.0.0.1/11434: Connection refused'

test.each([
  ['connects', 'exit 0', ANSWERS],
  ['is refused', `echo '${REFUSED}' >&2; exit 1`, SILENT],
  // What it does not know Node asks.
  ['says nothing', 'exit 1', SILENT],
  ['has no bash', 'echo "timeout: bash: No such file" >&2; exit 127', SILENT],
  ['waits in vain', 'exit 124', SILENT],
])('the shell that runs tmux tells whether Ollama listens: it %s', (_, script, said) => {
  expect(box.llmsel(NEW, asking(script)).stderr).toContain(said)
})

test('Ollama at another address is asked by Node', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const refused = asking(`echo '${REFUSED}' >&2; exit 1`)
  const { stderr } = await box.start(NEW, { ...refused, LLMSEL_OLLAMA_BASE_URL: url })
  server.close()
  expect(stderr).toContain(`ready: listens at ${url}`)
})

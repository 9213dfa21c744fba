import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

const PRINT_ENV = `import json, os, sys
json.dump({"env": dict(os.environ), "argv": sys.argv, "cwd": os.getcwd()}, open("seen.json.new", "w"))
os.rename("seen.json.new", "seen.json")
`

interface Seen {
  readonly env: Readonly<Record<string, string>>
  readonly argv: readonly string[]
  readonly cwd: string
}

function seen(): Seen {
  return JSON.parse(readFileSync(join(box.cwd, 'seen.json'), 'utf8'))
}

interface Started {
  readonly name: string
  readonly folder: string
  readonly pid: number
  readonly end: {
    readonly state: string
    readonly code: number | null
    readonly signal: string | null
  }
}

function startedJson(words: readonly string[], env = {}): Started {
  const { stdout, stderr, code } = box.llmsel(['session', 'new', ...words, '--json'], env)
  if (stdout === '') throw new Error(`session new ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

test('a worker runs on the profile’s model and its exit code is the command’s', () => {
  box.file('workers/w.py', 'import os, sys\nprint("on", os.environ["CLAUDE_MODEL"])\nsys.exit(3)\n')
  const { code, stdout, stderr } = box.llmsel(
    ['session', 'new', 'budget', '--run', 'workers/w.py', '--wait'],
    { ANTHROPIC_API_KEY: 'sk-test' },
  )
  const [name, profile, model, log = ''] = stdout.trimEnd().split('\t')
  expect([code, name, profile, model]).toEqual([3, 'budget', 'budget', 'claude-haiku-5-5'])
  expect(readFileSync(log, 'utf8')).toBe('on claude-haiku-5-5\r\n')
  expect(stderr).toContain('1. claude-haiku-5-5 (claude) ready: ANTHROPIC_API_KEY is set')
  expect(stderr).toContain('budget exited 3')
  expect(box.llmsel(['session', 'logs', 'budget']).stdout).toBe('on claude-haiku-5-5\n')
  expect(box.llmsel(['session', 'list']).stdout).toMatch(
    /^budget\tbudget\tclaude-haiku-5-5\texited 3\t/,
  )
})

const NASTY = [
  `it's "quoted"`,
  'two\nlines\n',
  '$(touch pwned) `touch pwned` $HOME',
  'ends in ;',
  ';',
  'back\\slash\\',
  '#{pid} #(touch pwned) ##',
  '~ ~/x {a,b} *',
  '🙂 é \u0085',
  'tab\tesc\u001b[31m del\u007f',
  '%H %% %1',
  '',
  '-n',
]

test('values in --env and in arguments arrive byte for byte', () => {
  box.file('w.py', PRINT_ENV)
  const env = NASTY.flatMap((value, index) => ['--env', `V${index}=${value}`])
  const run = ['session', 'new', 'free', '--run', 'w.py', '--wait', ...env, '--', ...NASTY]
  expect(box.llmsel(run)).toMatchObject({ code: 0 })
  const { env: got, argv } = seen()
  expect(NASTY.map((_, index) => got[`V${index}`])).toEqual(NASTY)
  expect(argv.slice(1)).toEqual(NASTY)
  expect(new Set(readdirSync(box.cwd))).toEqual(new Set(['seen.json', 'w.py']))
})

test('a program after -- needs no --run, and a shell command gets its arguments', () => {
  box.file('w.py', PRINT_ENV)
  expect(box.llmsel(['session', 'new', '--wait', '--', 'python3', 'w.py', '-x'])).toMatchObject({
    code: 0,
  })
  expect(seen().argv).toEqual(['w.py', '-x'])
  const command = ['session', 'new', '--run', 'true && python3 w.py', '--wait', '--', "it's"]
  expect(box.llmsel(command)).toMatchObject({ code: 0 })
  expect(seen().argv).toEqual(['w.py', "it's"])
})

test('names with every odd byte in the state and working folders', () => {
  const odd = `it's "q" #(touch pwned) #{pid} ##[x] %H $HOME \`x\` \\b;`
  const w = box.file(`${odd}/w.py`, PRINT_ENV)
  const cwd = w.slice(0, -'/w.py'.length)
  const { end, folder } = startedJson(['free', '--cwd', cwd, '--run', 'w.py', '--wait'], {
    XDG_STATE_HOME: join(box.cwd, odd),
  })
  expect(end).toEqual({ state: 'exited', code: 0, signal: null })
  expect(JSON.parse(readFileSync(join(cwd, 'seen.json'), 'utf8'))).toMatchObject({ cwd })
  expect(folder.startsWith(cwd)).toBe(true)
  expect(readdirSync(box.cwd)).toEqual([odd])
})

test('the caller’s key arrives, the server’s leftovers and the other profile’s variables do not', () => {
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 60')
  const leftovers = {
    ANTHROPIC_BASE_URL: 'http://leftover',
    OPENAI_API_KEY: 'sk-leftover',
    CLAUDE_MODEL: 'leftover',
    OPENAI_MODEL: 'leftover',
    LLMSEL_SESSION: 'leftover',
    __LLMSEL_SET: 'PATH',
    __LLMSEL_OLD_CLAUDE_MODEL: 'leftover',
  }
  for (const [name, value] of Object.entries(leftovers))
    box.tmux('set-environment', '-g', name, value)
  box.file('w.py', PRINT_ENV)
  const key = { ANTHROPIC_API_KEY: 'sk-caller' }
  expect(box.llmsel(['session', 'new', 'premium', '--run', 'w.py', '--wait'], key)).toMatchObject({
    code: 0,
  })
  const { env } = seen()
  expect(env).toMatchObject({
    ANTHROPIC_API_KEY: 'sk-caller',
    CLAUDE_MODEL: 'claude-sonnet-5-5',
    LLMSEL_SESSION: 'premium',
    LLMSEL_SESSION_PROFILE: 'premium',
    LLMSEL_ORIGIN: 'session premium',
  })
  expect(Object.values(env).filter((value) => value.includes('leftover'))).toEqual([])
  expect(readFileSync(join(env['LLMSEL_SESSION_DIR'] ?? '', 'env.sh'), 'utf8')).not.toContain('sk-')
})

test('what `use` put into the calling shell does not reach a session of another profile', () => {
  box.file('w.py', PRINT_ENV)
  const free = {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:11434',
    OPENAI_API_KEY: 'ollama',
    __LLMSEL_SET: 'ANTHROPIC_BASE_URL OPENAI_API_KEY',
    __LLMSEL_OLD_OPENAI_API_KEY: 'sk-own',
  }
  box.llmsel(['session', 'new', 'premium', '--run', 'w.py', '--wait'], free)
  expect(seen().env).not.toHaveProperty('ANTHROPIC_BASE_URL')
  expect(seen().env).toMatchObject({ OPENAI_API_KEY: 'sk-own' })
})

test('a secret is in no process’s argv, also when the session starts the server', async () => {
  const secret = 'sk-never-in-argv-4711'
  box.file('w.sh', 'test "$ANTHROPIC_API_KEY" = sk-never-in-argv-4711 && echo got it; sleep 30\n')
  const found: string[] = []
  const running = box.start(['session', 'new', 'premium', '--run', 'w.sh'], {
    ANTHROPIC_API_KEY: secret,
  })
  let isDone = false
  const scan = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const argv = contentOf(`/proc/${pid}/cmdline`) ?? ''
      if (argv.includes(secret)) found.push(argv)
    }
    return isDone
  }
  void running.then(() => (isDone = true))
  await eventually(scan)
  scan()
  await eventually(() => box.llmsel(['session', 'logs', 'premium']).stdout.includes('got it'))
  expect(found).toEqual([])
})

test('files are the person’s alone', () => {
  const { folder } = startedJson(['free', '--run', 'true', '--wait'])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
  }
})

test('fifty workers that exit at once: every code is recorded', async () => {
  const codes = Array.from({ length: 50 }, (_, index) => index)
  for (const group of [codes.slice(0, 25), codes.slice(25)]) {
    await Promise.all(
      group.map(
        async (code) =>
          await box.start([
            'session',
            'new',
            'free',
            '--name',
            `w${code}`,
            '--run',
            `exit ${code}`,
          ]),
      ),
    )
  }
  const list = await eventually(() => {
    const { stdout } = box.llmsel(['session', 'list', '--json'])
    const rows: { name: string; state: string; code: number }[] = JSON.parse(stdout)
    return rows.every(({ state }) => state === 'exited') && rows
  })
  const codeOf = Object.fromEntries(list.map(({ name, code }) => [name, code]))
  expect(codeOf).toEqual(Object.fromEntries(codes.map((code) => [`w${code}`, code])))
})

test('a signal is told from an exit, for the worker and for its wrapper', async () => {
  const worker = startedJson(['free', '--name', 'worker', '--run', 'kill -KILL $$', '--wait'])
  expect(worker.end).toEqual({ state: 'killed', code: 137, signal: 'KILL' })
  const waiting = box.start([
    'session',
    'new',
    'free',
    '--name',
    'wrapper',
    '--run',
    'sleep 60',
    '--wait',
  ])
  const pid = await eventually(() => box.tmux('list-panes', '-t', '=wrapper:', '-F', '#{pane_pid}'))
  process.kill(Number(pid), 'SIGKILL')
  const { code, stderr } = await waiting
  expect([code, stderr]).toEqual([137, expect.stringContaining('wrapper killed KILL')])
})

test('Ctrl-C in the pane ends the worker, and that is recorded', async () => {
  box.file('w.py', 'import time\nprint("up", flush=True)\ntime.sleep(60)\n')
  const { folder } = startedJson(['free', '--run', 'w.py'])
  await eventually(() => contentOf(join(folder, 'log'))?.includes('up'))
  box.tmux('send-keys', '-t', '=free:', 'C-c')
  expect(await eventually(() => contentOf(join(folder, 'exit')))).toBe('130\n')
  expect(contentOf(join(folder, 'log'))).toContain('KeyboardInterrupt')
})

test('Ctrl-C in a command that waits leaves the session alone', async () => {
  const running = box.start(['session', 'new', 'free', '--run', 'sleep 60', '--wait'])
  await eventually(() => box.tmux('list-panes', '-a', '-F', '#{pane_pid}'))
  const waits = () =>
    readdirSync('/proc').find((pid) => {
      const argv = contentOf(`/proc/${pid}/cmdline`) ?? ''
      return argv.includes(box.env['LLMSEL_TMUX_SOCKET'] ?? '') && argv.includes('wait-for')
    })
  const waiter = await eventually(waits)
  const parent = /^PPid:\s*(\d+)/m.exec(contentOf(`/proc/${waiter}/status`) ?? '')?.[1]
  process.kill(Number(parent), 'SIGINT')
  const { code, stderr } = await running
  expect([code, stderr]).toEqual([130, expect.stringContaining('free goes on')])
  expect(box.llmsel(['session', 'list']).stdout).toContain('running')
})

test('100 MB of output: the log is whole, and its end is shown at once', () => {
  box.file(
    'w.py',
    'import sys\nfor i in range(1000): sys.stdout.write("x" * 99_999 + "\\n")\nprint("last", end="")',
  )
  const { folder, end } = startedJson(['free', '--run', 'w.py', '--wait'])
  expect(end.code).toBe(0)
  // The older half is in log.1.
  const sizes = ['log.1', 'log'].map((name) => statSync(join(folder, name)).size)
  expect(sizes.every((size) => size <= 64 * 1024 * 1024)).toBe(true)
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1000 * 100_001 + 4)
  expect(box.llmsel(['session', 'logs', 'free', '-n', '1']).stdout).toBe('last\n')
})

test('logs are plain unless --raw, and outlive the session', () => {
  box.file('w.sh', String.raw`printf '\033[31mred\033[0m 10%%\r 20%%\rdone\n\033]0;title\007end'`)
  box.llmsel(['session', 'new', 'free', '--run', 'w.sh', '--wait'])
  expect(box.llmsel(['session', 'stop', 'free'])).toMatchObject({ code: 0 })
  expect(box.llmsel(['session', 'list']).stdout).toBe('')
  expect(box.llmsel(['session', 'logs', 'free']).stdout).toBe('done\nend\n')
  expect(box.llmsel(['session', 'logs', 'free', '--raw']).stdout).toContain('\u001b[31mred')
  expect(box.llmsel(['session', 'logs', 'fre'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('did you mean free?'),
  })
})

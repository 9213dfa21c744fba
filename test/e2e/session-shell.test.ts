import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { contentOf, eventually, sandbox, type Sandbox } from '../support/tmux.ts'

let box: Sandbox

afterEach(() => {
  box.close()
})

const SHELLS = [
  ['bash', '/bin/bash', '.bashrc'],
  ['bash', '/bin/bash', '.profile'],
  ['zsh', '/bin/zsh', '.zshrc'],
  ['zsh', '/bin/zsh', '.zshenv'],
  ['fish', '/usr/bin/fish', '.config/fish/config.fish'],
  ['dash', '/bin/dash', '.dashrc'],
] as const

const EXPORT = {
  sh: 'export CLAUDE_MODEL=from-the-rc-file ANTHROPIC_MODEL=from-the-rc-file\n',
  fish: 'set -gx CLAUDE_MODEL from-the-rc-file; set -gx ANTHROPIC_MODEL from-the-rc-file\n',
}
const EVAL = {
  sh: 'eval "$(llmsel env haiku)"\n',
  fish: 'llmsel env haiku --shell fish | source\n',
}

/** A home whose rc file has the text, and says that it was read. */
function home(shell: string, rc: string, text: string): void {
  box = sandbox(shell)
  const mark = shell.endsWith('fish') ? 'set -gx RC_READ yes\n' : 'export RC_READ=yes\n'
  box.file(`../home/${rc}`, mark + text)
}

interface Answer {
  readonly model: string
  readonly rcRead: string
  readonly which: { readonly active: { readonly origin: unknown; readonly model: string } }
}

/** What a pane's shell says when it is asked. */
async function ask(pane: string): Promise<Answer> {
  const file = join(box.cwd, `answer-${pane.replace(/\W/g, '')}`)
  const question = `echo "$CLAUDE_MODEL $RC_READ" > '${file}.env'; llmsel which --json > '${file}.new'; mv '${file}.new' '${file}'`
  box.tmux('send-keys', '-t', pane, '-l', question)
  box.tmux('send-keys', '-t', pane, 'Enter')
  const text = await eventually(() => contentOf(file))
  const [model = '', rcRead = ''] = (contentOf(`${file}.env`) ?? '').trim().split(' ')
  return { model, rcRead, which: JSON.parse(text) }
}

const CASES = SHELLS.flatMap(([name, shell, rc]) => {
  const syntax = name === 'fish' ? 'fish' : 'sh'
  const texts = [
    ['export', EXPORT[syntax]],
    ['eval', EVAL[syntax]],
    ['export, eval', EXPORT[syntax] + EVAL[syntax]],
    ['eval, export', EVAL[syntax] + EXPORT[syntax]],
  ] as const
  return texts.map(([what, text]) => [name, rc, what, shell, text] as const)
})

test.each(CASES)(
  '%s with %s that has %s: both windows are on the session’s model',
  async (...row) => {
    const [name, rc, , shell, text] = row
    home(shell, rc, text)
    const env = name === 'dash' ? { ENV: join(box.home, rc) } : {}
    expect(box.llmsel(['session', 'new', 'premium'], env)).toMatchObject({ code: 0 })
    box.tmux('new-window', '-d', '-t', '=premium:')
    const panes = box.tmux('list-panes', '-s', '-t', '=premium', '-F', '#{pane_id}').split('\n')
    expect(panes).toHaveLength(2)
    for (const pane of panes) {
      const { model, rcRead, which } = await ask(pane)
      expect([model, rcRead, which.active.model]).toEqual([
        'claude-sonnet-5-5',
        'yes',
        'claude-sonnet-5-5',
      ])
      expect(which.active.origin).toEqual({ kind: 'session', name: 'premium' })
    }
  },
)

test.each([
  ['/bin/bash', '.bashrc'],
  ['/usr/bin/fish', '.config/fish/config.fish'],
])('use --session says what puts an open %s on the session’s new profile', async (shell, rc) => {
  home(shell, rc, '')
  box.llmsel(['session', 'new', 'free'])
  const { stderr } = box.llmsel(['use', 'budget', '--session', 'free'])
  const [, load = ''] = /keep theirs until, in each: (.*)\n/.exec(stderr) ?? []
  box.tmux('send-keys', '-t', '=free:', '-l', load)
  box.tmux('send-keys', '-t', '=free:', 'Enter')
  const { model, which } = await ask('=free:')
  expect(model).toBe('claude-haiku-5-5')
  expect(which.active.origin).toEqual({ kind: 'session', name: 'free' })
})

test('dash finds its start-up file in a folder whose name a shell would expand', async () => {
  home('/bin/dash', '.dashrc', EXPORT.sh)
  const state = join(box.home, 'a $HOME "`b` \\')
  const env = { ENV: join(box.home, '.dashrc'), XDG_STATE_HOME: state }
  expect(box.llmsel(['session', 'new', 'premium'], env)).toMatchObject({ code: 0 })
  expect(await ask('=premium:')).toMatchObject({ model: 'claude-sonnet-5-5', rcRead: 'yes' })
})

test('zsh keeps its own ZDOTDIR and history file', async () => {
  box = sandbox('/bin/zsh')
  box.file('../home/.zshenv', 'export ZDOTDIR=$HOME/zsh\n')
  box.file(
    '../home/zsh/.zshrc',
    `print -r -- "$ZDOTDIR" > '${box.cwd}/zdotdir'; HISTFILE=$ZDOTDIR/history\n`,
  )
  box.llmsel(['session', 'new', 'budget'])
  expect(await eventually(() => contentOf(join(box.cwd, 'zdotdir')))).toBe(`${box.home}/zsh\n`)
  const [pane = ''] = box.tmux('list-panes', '-a', '-F', '#{pane_id}').split('\n')
  box.tmux(
    'send-keys',
    '-t',
    pane,
    `zsh -ic 'print -r -- "$ZDOTDIR $HISTFILE"' > '${box.cwd}/nested'`,
    'Enter',
  )
  expect(await eventually(() => contentOf(join(box.cwd, 'nested')))).toBe(
    `${box.home}/zsh ${box.home}/zsh/history\n`,
  )
})

test('what the profile unsets is unset in a later window too, and a key from the rc file stays', async () => {
  home('/bin/bash', '.bashrc', 'export OPENAI_API_KEY=sk-from-rc ANTHROPIC_SMALL_FAST_MODEL=x\n')
  box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 60')
  box.tmux('set-environment', '-g', 'ANTHROPIC_SMALL_FAST_MODEL', 'leftover')
  box.tmux('set-environment', '-g', 'ANTHROPIC_BASE_URL', 'http://leftover')
  box.llmsel(['session', 'new', 'premium'])
  box.tmux('new-window', '-d', '-t', '=premium:')
  const panes = box.tmux('list-panes', '-s', '-t', '=premium', '-F', '#{pane_id}').split('\n')
  for (const [index, pane] of panes.entries()) {
    const file = join(box.cwd, `env-${index}`)
    box.tmux('send-keys', '-t', pane, `env > '${file}.new'; mv '${file}.new' '${file}'`, 'Enter')
    const env = await eventually(() => contentOf(file))
    expect(env).toContain('OPENAI_API_KEY=sk-from-rc')
    expect(env).not.toMatch(/^(ANTHROPIC_SMALL_FAST_MODEL|ANTHROPIC_BASE_URL)=/m)
    expect(env).not.toContain('leftover')
  }
})

test.each(SHELLS.filter(([, , rc]) => !/profile|zshenv/.test(rc)))(
  '--shell types the command into %s (%s, %s) once its rc files are through',
  async (name, shell, rc) => {
    // Reads away whatever was typed too early.
    home(shell, rc, name === 'fish' ? 'sleep 0.4\n' : 'sleep 0.4; read -r x <&- || :\n')
    const env = name === 'dash' ? { ENV: join(box.home, rc) } : {}
    const words = [
      'session',
      'new',
      'budget',
      '--shell',
      '--run',
      'python3 w.py',
      '--',
      "it's",
      '$HOME \\n',
    ]
    box.file(
      'w.py',
      'import os, sys\nopen("out", "w").write(repr(sys.argv[1:]) + os.environ["CLAUDE_MODEL"])\n',
    )
    expect(box.llmsel(words, env)).toMatchObject({ code: 0 })
    const out = await eventually(() => contentOf(join(box.cwd, 'out')))
    expect(out).toBe(`["it's", '$HOME \\\\n']claude-haiku-5-5`)
    expect(box.tmux('list-panes', '-a', '-F', '#{pane_dead}')).toBe('0')
  },
)

test.each([
  ['an array', 'PROMPT_COMMAND=(:)'],
  ['a string with a semicolon', "PROMPT_COMMAND='true;'"],
  ['one that is read-only', 'PROMPT_COMMAND=true'],
])('--shell works where PROMPT_COMMAND is %s', async (_what, text) => {
  home('/bin/bash', '.bashrc', `${text}\nset -u\n`)
  expect(
    box.llmsel(['session', 'new', 'free', '--shell', '--run', 'echo done > out']),
  ).toMatchObject({ code: 0 })
  expect(await eventually(() => contentOf(join(box.cwd, 'out')))).toBe('done\n')
})

// A server that ends with its last shell may wake those who wait as if the shell had.
test.each([
  ['', 'exit $status'],
  [', also where the wait for it ends well', 'case "$*" in *wait-for*) exit 0; esac; exit $status'],
])('a shell that ends before its first prompt is said to, and nothing is typed%s', (_, ending) => {
  home('/bin/bash', '.bashrc', 'exit 3\n')
  const PATH = box.before('tmux', `PATH=\${PATH#*:}; tmux "$@"; status=$?; ${ending}`)
  const words = ['session', 'new', 'free', '--shell', '--run', 'echo done > out']
  const { code, stderr } = box.llmsel(words, { PATH })
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /ended before its first prompt: nothing was typed\n.*session logs free\n$/,
    ),
  ])
  expect(readdirSync(box.cwd)).toEqual(['before'])
})

test('an interactive session is logged, and gone when its shell ends', async () => {
  box = sandbox()
  const { stdout } = box.llmsel(['session', 'new', 'free', '--json'])
  const { log }: { log: string } = JSON.parse(stdout)
  await eventually(() => contentOf(log))
  box.tmux('send-keys', '-t', '=free:', 'echo $((40 + 2)); exit', 'Enter')
  await eventually(() => box.llmsel(['session', 'list']).stdout === '')
  expect(box.llmsel(['session', 'logs', 'free']).stdout).toContain('42\n')
})

test.each(SHELLS.filter(([, , rc]) => !/profile|zshenv/.test(rc)))(
  'who leaves the last window of %s (%s) has ended the session; a dead server has not',
  async (_name, shell) => {
    box = sandbox(shell)
    box.tmux('new-session', '-d', '-s', 'theirs', 'sleep 60')
    const windows = () => box.tmux('list-windows', '-a', '-F', '#S').split('\n')
    const leave = () => box.tmux('send-keys', '-t', '=left:', 'exit 3', 'Enter')
    for (const name of ['left', 'open']) box.llmsel(['session', 'new', 'free', '--name', name])
    box.tmux('new-window', '-t', '=left:')
    leave()
    await eventually(() => windows().length === 3)
    const [folder = ''] = readdirSync(box.sessions).filter((name) => name.startsWith('left.'))
    expect(readdirSync(join(box.sessions, folder))).not.toContain('ended')
    leave()
    await eventually(() => windows().length === 2)
    expect(readdirSync(join(box.sessions, folder))).toContain('ended')
    box.tmux('kill-server')
    expect(box.llmsel(['session', 'list', '--all']).stdout).toMatch(/^open\t.*\tgone\t.*\n$/)
  },
)

test('attach shows the session on the terminal, and --attach the new one', async () => {
  box = sandbox()
  // A tmux of its own is the terminal in which llmsel is called.
  const outer = (...words: string[]) => box.tmux(...words)
  outer('new-session', '-d', '-s', 'terminal', '-x', '100', '-y', '30', '/bin/sh')
  const type = (line: string) => outer('send-keys', '-t', '=terminal:', line, 'Enter')
  const elsewhere = { LLMSEL_TMUX_SOCKET: `${box.env['LLMSEL_TMUX_SOCKET']}-b` }
  writeFileSync(join(box.cwd, 'w.sh'), 'echo hello from the worker; sleep 60\n')
  box.llmsel(['session', 'new', 'free', '--run', 'w.sh'], elsewhere)
  type(`LLMSEL_TMUX_SOCKET=${elsewhere.LLMSEL_TMUX_SOCKET} llmsel session attach free`)
  await eventually(() =>
    outer('capture-pane', '-p', '-t', '=terminal:').includes('hello from the worker'),
  )
  expect(JSON.parse(box.llmsel(['session', 'list', '--json'], elsewhere).stdout)).toMatchObject([
    { name: 'free', attached: true },
  ])
  box.llmsel(['session', 'stop', '--all'], elsewhere)
})

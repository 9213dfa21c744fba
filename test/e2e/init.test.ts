import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEnv, llmsel } from '../support/launcher.ts'
import { LIST } from '../support/model-list.ts'
import { runShell, typeInto, type ShellRun } from '../support/shells.ts'

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "llmsel it's init "))
  env = freshEnv(home)
})

afterEach(() => rmSync(home, { recursive: true }))

const INTERACTIVE = { bash: ['-i'], zsh: ['-i'], fish: ['-i'] } as const
const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]
const RC: Readonly<Record<Shell, string>> = {
  bash: '.bashrc',
  zsh: '.zshrc',
  fish: '.config/fish/config.fish',
}

function init(...words: readonly string[]): { stdout: string; stderr: string } {
  const { status, stdout, stderr } = llmsel(['init', ...words], env)
  expect({ status, stderr }).toEqual({ status: 0, stderr })
  return { stdout, stderr }
}

/** An interactive shell with the person's own start-up files. */
function start(shell: Shell, script: string, more: Record<string, string> = {}): ShellRun {
  const run = runShell([shell, INTERACTIVE[shell]], script, { ...env, ...more })
  const noise = /^bash: (?:cannot set terminal process group|no job control).*\n/gm
  return { ...run, stderr: run.stderr.replaceAll(noise, '') }
}

const IS_FUNCTION: Readonly<Record<Shell, string>> = {
  bash: 'type -t llmsel',
  zsh: 'whence -w llmsel',
  fish: 'type -t llmsel',
}

function tree(): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(
    names.map((name) => {
      const stat = lstatSync(join(home, name))
      const content = stat.isFile() ? readFileSync(join(home, name), 'latin1') : ''
      return [name, `${stat.mode.toString(8)} ${content}`]
    }),
  )
}

function given(name: string, text: string): void {
  mkdirSync(join(home, name, '..'), { recursive: true })
  writeFileSync(join(home, name), text)
}

/** fish makes folders of its own when it first starts. */
function startOnce(shell: Shell): void {
  start(shell, 'true')
}

test.each(SHELLS)('%s starts without a word and with the function', (shell) => {
  startOnce(shell)
  const said = init(shell, '--install')
  expect(said.stdout).toBe('')
  expect(said.stderr).toContain('open a new shell, or run: ')
  const { status, stdout, stderr } = start(shell, IS_FUNCTION[shell])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('function')
})

test.each(SHELLS)(
  '%s: installing twice is installing once, and uninstalling leaves no trace',
  (shell) => {
    startOnce(shell)
    given(RC[shell], '# my own, without a newline at its end')
    const before = tree()
    init(shell, '--install')
    const installed = tree()
    expect(installed).not.toEqual(before)
    expect(init(shell, '--install').stderr).toBe('llmsel: already installed, nothing changed\n')
    expect(tree()).toEqual(installed)
    init(shell, '--uninstall')
    expect(tree()).toEqual(before)
    expect(init(shell, '--uninstall').stderr).toBe('llmsel: not installed, nothing changed\n')
  },
)

test.each(SHELLS)('%s: a dry run shows the very change, and makes none', (shell) => {
  given(RC[shell], 'echo mine\n')
  const before = tree()
  const { stdout, stderr } = init(shell, '--install', '--dry-run')
  expect(tree()).toEqual(before)
  expect(stderr).toContain(`llmsel: would write ${home}/.local/state/llmsel/shell/init.${shell}\n`)
  const installed = init(shell, '--install', '--json').stdout
  const { files }: { files: { diff: string }[] } = JSON.parse(installed)
  expect(files.map(({ diff }) => diff).join('')).toBe(stdout)
  expect(stdout).toContain('+# >>> llmsel >>>')
})

test('on a terminal, bash says nothing of its own at its start', () => {
  init('bash', '--install')
  const shown = typeInto('bash -i', ['echo "$LLMSEL_PROFILE is the default"'], { ...env, PS1: '' })
  const said = shown.split('\n').filter((line) => /llmsel|error|not found/i.test(line))
  expect(said.filter((line) => !line.includes('LLMSEL_PROFILE'))).toEqual([])
})

test('without --install the code is printed, and works as it is', () => {
  const { stdout } = init('bash')
  expect(stdout).toContain('llmsel()')
  const script = 'eval "$(llmsel init bash)" && type -t llmsel'
  expect(runShell(['bash', []], script, env)).toEqual({
    status: 0,
    stdout: 'function\n',
    stderr: '',
  })
})

test('the shell is that of $SHELL', () => {
  env = { ...env, SHELL: '/usr/local/bin/fish' }
  const { stdout } = llmsel(['init', '--install', '--json'], env)
  expect(JSON.parse(stdout)).toMatchObject({ shell: 'fish', action: 'install', changed: true })
})

test.each(['bash', 'zsh'] as const)('%s with set -eu and noclobber in its rc file', (shell) => {
  given(RC[shell], 'set -eu -o noclobber\n')
  init(shell, '--install')
  appendFileSync(join(home, RC[shell]), 'echo "after, status $?"\nset +eu\n')
  for (const _ of ['first', 'again']) {
    const { status, stdout, stderr } = start(shell, IS_FUNCTION[shell])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^after, status 0\n.*function/)
  }
})

test.each(SHELLS)('%s starts all the same when llmsel or its files are gone', (shell) => {
  startOnce(shell)
  init(shell, '--install')
  const without = start(shell, 'echo started', { PATH: '/usr/bin:/bin' })
  expect(without).toEqual({ status: 0, stdout: 'started\n', stderr: '' })
  rmSync(join(home, '.local/state'), { recursive: true })
  expect(start(shell, 'echo started')).toEqual({ status: 0, stdout: 'started\n', stderr: '' })
})

const LOGIN: readonly [string, readonly string[]] = ['bash', ['--login', '-i']]

test.each([null, '. ~/.bashrc\n', 'umask 022\n'])(
  'bash as a login shell, as in a tmux pane, where .profile is %j',
  (profile) => {
    if (profile !== null) given('.profile', profile)
    init('bash', '--install')
    const { status, stdout } = runShell(LOGIN, 'type -t llmsel', env)
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'function\n' })
  },
)

test('another shell that reads .profile passes by the block', () => {
  given('.profile', 'umask 022\n')
  init('bash', '--install')
  const script = 'set -eu; . "$HOME/.profile"; echo "$?"; command -V llmsel'
  const { status, stdout, stderr } = runShell(['dash', []], script, env)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^0\n(?!.*function)/)
})

test('a .profile that comes after the .bash_profile that llmsel made is read', () => {
  init('bash', '--install')
  given('.profile', 'mine=yes\n')
  expect(runShell(LOGIN, 'echo "$mine"; type -t llmsel', env).stdout).toBe('yes\nfunction\n')
})

test('an rc file with CRLF: the block works', () => {
  given('.bashrc', 'export MINE=1\r\n')
  init('bash', '--install')
  expect(start('bash', 'type -t llmsel')).toEqual({ status: 0, stdout: 'function\n', stderr: '' })
})

test.each([
  [['init', 'powershell', '--install'], '$PROFILE'],
  [['init', 'nu', '--uninstall'], 'config.nu'],
  [['init', 'bassh'], 'did you mean "bash"?'],
  [['init', 'dash'], 'eval "$(llmsel env)"'],
  [['init', 'bash', '--dry-run'], '--dry-run goes with'],
  [['init', 'bash', '--install', '--uninstall'], 'cannot be used with'],
  [['init'], 'SHELL is not set'],
])('%j is refused', (words, message) => {
  const { status, stdout, stderr } = llmsel(words, env)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(readdirSync(home)).toEqual([])
})

/** Notes each call of llmsel, and makes it. */
function counting(): { readonly env: Record<string, string>; readonly calls: () => number } {
  const bin = join(home, 'counting')
  const calls = join(home, 'calls')
  const [real = ''] = (env['PATH'] ?? '').split(':')
  mkdirSync(bin)
  const script = `#!/bin/sh\necho call >> '${calls.replaceAll("'", "'\\''")}'\nexec '${real}/llmsel' "$@"\n`
  writeFileSync(join(bin, 'llmsel'), script, { mode: 0o755 })
  return {
    env: { PATH: `${bin}:${env['PATH']}` },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0),
  }
}

test.each(SHELLS)('%s gives the default without a process, and never a stale one', (shell) => {
  startOnce(shell)
  init(shell, '--install')
  const config = join(home, '.config/llmsel/config.json')
  const set = (name: string, atS: number) => {
    llmsel(['config', 'set', 'default', name], env)
    // A fragment is kept only once the second of the config's last change is over.
    utimesSync(config, atS, atS)
  }
  const model = (more: Record<string, string> = {}) =>
    start(shell, 'echo "$LLM_DEFAULT_PROVIDER:$LLMSEL_PROFILE"', more).stdout
  const counted = counting()
  set('haiku', 1_700_000_000)
  expect(model()).toBe('claude:haiku\n')
  expect(model(counted.env)).toBe('claude:haiku\n')
  expect(counted.calls()).toBe(0)
  // Prices that are refreshed may be another default's, too.
  const list = join(home, 'list.json')
  writeFileSync(list, JSON.stringify(LIST))
  expect(llmsel(['models', 'refresh', '--from', list], env).status).toBe(0)
  utimesSync(join(home, '.config/llmsel/refreshed-models.json'), 1_700_000_000, 1_700_000_000)
  for (const _ of ['it is rendered', 'it is served']) {
    expect(model(counted.env)).toBe('claude:haiku\n')
    expect(counted.calls()).toBe(1)
  }
  // Newer, older and of the same second: other text is another default.
  for (const [name, atS] of [['free', 1_700_000_500] as const, ['haiku', 1_600_000_000] as const]) {
    set(name, atS)
    expect(model()).toContain(`:${name}`)
  }
  rmSync(config)
  expect(model()).toBe(':\n')
})

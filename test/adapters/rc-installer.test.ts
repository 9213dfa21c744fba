import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rcFiles } from '../../src/adapters/rc-installer.ts'
import type { InstallShell } from '../../src/domain/shell/rc-lines.ts'
import type { RcFiles, RcPlan } from '../../src/ports.ts'

let home: string
let installer: RcFiles

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "llmsel it's rc "))
  installer = installerWith({})
})

afterEach(() => rmSync(home, { recursive: true }))

function installerWith(env: Record<string, string>): RcFiles {
  return rcFiles({
    env: { HOME: home, ...env },
    state: join(home, '.local/state/llmsel'),
    version: '1.2.3',
    packageFolder: '/opt/llmsel',
  })
}

const TEXT = 'echo "the text"\n'
const at = (name: string) => join(home, name)
const script = (shell: string) => at(`.local/state/llmsel/shell/init.${shell}`)

function given(name: string, text: string | Buffer, mode = 0o644): string {
  writeFileSync(at(name), text)
  chmodSync(at(name), mode)
  return at(name)
}

function install(shell: InstallShell = 'bash', text = TEXT): RcPlan {
  const plan = installer.install(shell, text)
  plan.carryOut()
  return plan
}

/** Everything that is there: kind, mode, and content or where a link leads. */
function tree(): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).toSorted()
  const rows = names.map((name): [string, string] => {
    const stat = lstatSync(at(name))
    const content = stat.isSymbolicLink()
      ? readlinkSync(at(name))
      : stat.isFile()
        ? readFileSync(at(name), 'latin1')
        : ''
    return [name, `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${content}`]
  })
  return Object.fromEntries(rows)
}

/** What was thrown; nothing may have changed. */
function refused(action: () => unknown): { message: string; hint: string; code: string } {
  const before = tree()
  const thrown = caught(action)
  expect(tree()).toEqual(before)
  expect(thrown).toMatchObject({ name: 'LlmselError' })
  // An LlmselError, as the line above has seen; each of these tests wants its hint.
  return thrown as ReturnType<typeof refused>
}

function caught(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}

test('bash on a fresh machine: .bashrc, a .bash_profile and a private script', () => {
  const { files, script: written } = install()
  expect(files.map(({ path, change, backup }) => ({ path, change, backup }))).toEqual([
    { path: at('.bashrc'), change: 'made', backup: null },
    { path: at('.bash_profile'), change: 'made', backup: null },
  ])
  expect(written).toEqual({ path: script('bash'), changed: true })
  expect(readFileSync(script('bash'), 'utf8')).toBe(TEXT)
  expect(statSync(script('bash')).mode & 0o777).toBe(0o600)
  expect(statSync(join(script('bash'), '..')).mode & 0o777).toBe(0o700)
  expect(readFileSync(at('.bash_profile'), 'utf8')).toContain('. ~/.profile; fi')
  const quoted = script('bash').replaceAll("'", String.raw`'\''`)
  expect(readFileSync(at('.bashrc'), 'utf8')).toBe(`# >>> llmsel >>> (new file)
# Put here by llmsel; to take it out again, run: llmsel init bash --uninstall
if [ -r '${quoted}' ]; then . '${quoted}' || :; fi #
# <<< llmsel <<<
`)
})

test.each<[string, Record<string, string>, string[]]>([
  ['.profile reads .bashrc', { '.profile': '. ~/.bashrc\n' }, ['.bashrc']],
  ['.profile does not', { '.profile': 'umask 022\n' }, ['.bashrc', '.profile']],
  [
    '.bash_login comes before .profile',
    { '.bash_login': '\n', '.profile': '. ~/.bashrc\n' },
    ['.bashrc', '.bash_login'],
  ],
  [
    '.bash_profile reads .profile, which reads .bashrc',
    { '.bash_profile': '. ~/.profile\n', '.profile': '. ~/.bashrc\n' },
    ['.bashrc'],
  ],
])('the login file, where %s', (_name, files, expected) => {
  for (const [name, text] of Object.entries(files)) given(name, text)
  const before = tree()
  expect(install().files.map(({ path }) => path)).toEqual(expected.map(at))
  installer.uninstall('bash').carryOut()
  expect(tree()).toEqual(before)
})

test('.profile gets a line that other shells pass by', () => {
  given('.profile', 'umask 022\n')
  install()
  expect(readFileSync(at('.profile'), 'utf8')).toContain('if [ -n "${BASH_VERSION-}" ] && [ -r ')
})

test('each shell: in, in again, a new text, and out without a trace', () => {
  given('.bashrc', 'no newline')
  given('.profile', 'a\r\nb\r\n', 0o600)
  given('.zshrc', Buffer.from([0xff, 0xfe, 0, 0x0a, 0x0d]), 0o640)
  const before = tree()
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    install(shell)
    const installed = tree()
    const again = install(shell)
    expect(again.files.map(({ change }) => change)).not.toContain('changed')
    expect(again.script.changed).toBe(false)
    expect(tree()).toEqual(installed)
    expect(install(shell, 'newer\n').script.changed).toBe(true)
    expect(readFileSync(script(shell), 'utf8')).toBe('newer\n')
  }
  for (const shell of ['bash', 'zsh', 'fish'] as const) installer.uninstall(shell).carryOut()
  expect(tree()).toEqual(before)
  expect(installer.uninstall('bash').files).toEqual([])
})

test('folders that were there stay, empty ones too', () => {
  mkdirSync(at('.config/fish'), { recursive: true })
  const before = tree()
  install('fish')
  expect(existsSync(at('.config/fish/conf.d/llmsel.fish'))).toBe(true)
  installer.uninstall('fish').carryOut()
  expect(tree()).toEqual(before)
})

test('ZDOTDIR and XDG_CONFIG_HOME say where the files are', () => {
  installer = installerWith({ ZDOTDIR: at('z'), XDG_CONFIG_HOME: at('x') })
  expect(install('zsh').files[0]?.path).toBe(at('z/.zshrc'))
  expect(install('fish').files[0]?.path).toBe(at('x/fish/conf.d/llmsel.fish'))
  installer.uninstall('zsh').carryOut()
  installer.uninstall('fish').carryOut()
  expect(tree()).toEqual({})
})

/** Only the superuser can give a file away. */
const SELF = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const OTHER_OWNER = SELF.uid === 0 ? { uid: 4242, gid: 4343 } : SELF

test('a link stays a link, and the file that it leads to keeps its mode and owner', () => {
  mkdirSync(at('dotfiles'))
  const { uid, gid } = OTHER_OWNER
  chownSync(given('dotfiles/bashrc', 'a\n', 0o640), uid, gid)
  symlinkSync('dotfiles/bashrc', at('.bashrc.link'))
  symlinkSync('.bashrc.link', at('.bashrc'))
  const before = tree()
  install()
  expect(readlinkSync(at('.bashrc'))).toBe('.bashrc.link')
  expect(readdirSync(at('dotfiles'))).toEqual(['bashrc'])
  for (const name of ['dotfiles/bashrc', '.bashrc.llmsel-backup']) {
    const stat = statSync(at(name))
    expect({ uid: stat.uid, gid: stat.gid }).toEqual(OTHER_OWNER)
    expect(stat.mode & 0o777).toBe(0o640)
  }
  expect(readFileSync(at('dotfiles/bashrc'), 'utf8')).toMatch(/^a\n# >>> llmsel >>>\n/)
  installer.uninstall('bash').carryOut()
  expect(tree()).toEqual(before)
})

test('the backup is made once and kept where it says more than the file', () => {
  given('.zshrc', 'first\n')
  expect(install('zsh').files[0]?.backup).toBe(at('.zshrc.llmsel-backup'))
  given('.zshrc', `second\n${readFileSync(at('.zshrc'), 'utf8')}`)
  install('zsh')
  expect(readFileSync(at('.zshrc.llmsel-backup'), 'utf8')).toBe('first\n')
  const out = installer.uninstall('zsh')
  out.carryOut()
  expect(out.files[0]?.backup).toBe(at('.zshrc.llmsel-backup'))
  expect(readFileSync(at('.zshrc'), 'utf8')).toBe('second\nfirst\n')
  given('.zshrc', 'third\n')
  install('zsh')
  expect(readFileSync(at('.zshrc.llmsel-backup'), 'utf8')).toBe('first\n')
})

test('a folder that bears the name of the backup is left alone', () => {
  given('.zshrc', 'first\n')
  mkdirSync(at('.zshrc.llmsel-backup'))
  const before = tree()
  install('zsh')
  installer.uninstall('zsh').carryOut()
  expect(tree()).toEqual(before)
})

test('two blocks of older versions become one', () => {
  const old = '# >>> llmsel >>>\neval "$(llmsel env)"\n# <<< llmsel <<<\n'
  given('.zshrc', `a\n${old}b\n${old}`)
  install('zsh')
  const text = readFileSync(at('.zshrc'), 'utf8')
  expect(text.match(/# >>> llmsel >>>/g)).toHaveLength(1)
  expect(text).toMatch(/^a\n# >>> llmsel >>>[^]*# <<< llmsel <<<\nb\n$/)
  expect(text).not.toContain('eval')
})

test('a file that llmsel made and that has become a link is emptied, not unlinked', () => {
  install('zsh')
  mkdirSync(at('dotfiles'))
  writeFileSync(at('dotfiles/zshrc'), readFileSync(at('.zshrc')))
  rmSync(at('.zshrc'))
  symlinkSync('dotfiles/zshrc', at('.zshrc'))
  installer.uninstall('zsh').carryOut()
  expect(readFileSync(at('.zshrc'), 'utf8')).toBe('')
})

test('a marker that has lost the other is refused with file and line', () => {
  given('.zshrc', 'a\n# >>> llmsel >>>\nmine\n')
  for (const action of [() => install('zsh'), () => installer.uninstall('zsh')]) {
    const { message, code } = refused(action)
    expect(code).toBe('conflict')
    expect(message).toContain(`${at('.zshrc')}: line 2 begins a block`)
  }
})

test.each<[string, () => void, string]>([
  ['a folder', () => mkdirSync(at('.zshrc')), 'should be a file and is a folder'],
  ['a FIFO', () => spawnSync('mkfifo', [at('.zshrc')]), 'should be a file and is something else'],
  ['a link to nothing', () => symlinkSync('nowhere', at('.zshrc')), 'ENOENT'],
  ['a link to itself', () => symlinkSync('.zshrc', at('.zshrc')), 'ELOOP'],
  ['a read-only file', () => given('.zshrc', 'a\n', 0o444), `.zshrc is read-only`],
])('%s in the place of the rc file is refused, with the lines to add', (_name, make, reason) => {
  make()
  const { message, hint, code } = refused(() => install('zsh'))
  expect(code).toBe('io')
  expect(message).toContain(at('.zshrc'))
  expect(message).toContain(reason)
  expect(hint).toContain('nothing was changed')
  expect(hint).toContain(`llmsel init zsh >'`)
  expect(hint).toMatch(/ {2}# >>> llmsel >>>\n {2}#.*\n {2}if \[ -r .*\n {2}# <<< llmsel <<<$/)
})

test('the lines to add by hand are a block that install and uninstall know', () => {
  given('.zshrc', 'a\n', 0o444)
  const { hint } = refused(() => install('zsh'))
  const block = hint.slice(hint.indexOf('  #')).replaceAll(/^ {2}/gm, '')
  rmSync(at('.zshrc'))
  given('.zshrc', `a\n${block}\n`, 0o444)
  expect(install('zsh').files[0]?.change).toBe('none')
})

test.each<[string, () => void]>([
  ['a folder that nobody may write', () => chmodSync(home, 0o555)],
  ['a file in the place of the state folder', () => given('.local', '')],
  ['a folder in the place of the script', () => mkdirSync(script('zsh'), { recursive: true })],
  ['one file of two that cannot be written', () => given('.profile', 'x\n', 0o444)],
])('%s: nothing is half-done', (_name, make) => {
  make()
  const shell = existsSync(at('.profile')) ? 'bash' : 'zsh'
  expect(refused(() => install(shell)).code).toBe('io')
  chmodSync(home, 0o755)
})

test('a failure on the way puts everything back', () => {
  given('.bashrc', 'a\n')
  given('.profile', 'b\n')
  const plan = installer.install('bash', TEXT)
  // What the plan saw is gone when it is carried out.
  rmSync(at('.profile'))
  mkdirSync(at('.profile'))
  expect(refused(() => plan.carryOut()).code).toBe('io')
})

test('without a home there is nowhere to write', () => {
  const homeless = rcFiles({ env: {}, state: null, version: '1', packageFolder: '/' })
  expect(() => homeless.install('bash', TEXT)).toThrow('HOME is not set')
})

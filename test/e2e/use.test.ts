import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initText } from '../../src/domain/shell/init-text.ts'
import { freshEnv, llmsel, ROOT } from '../support/launcher.ts'
import { typeInto } from '../support/shells.ts'

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-use-'))
  env = freshEnv(home)
})

afterEach(() => rmSync(home, { recursive: true }))

const SHELLS = [
  { shell: 'bash', rc: '.bashrc', load: '. ~/init', status: '$?' },
  { shell: 'zsh', rc: '.zshrc', load: '. ~/init', status: '$?' },
  { shell: 'fish', rc: '.config/fish/config.fish', load: 'source ~/init', status: '$status' },
] as const

describe.each(SHELLS)('in $shell', ({ shell, rc, load, status }) => {
  function given(before = '', after = ''): void {
    const text = initText(shell, { version: '0', completionsFolder: join(ROOT, 'completions') })
    writeFileSync(join(home, 'init'), text)
    mkdirSync(join(home, rc, '..'), { recursive: true })
    const prompt = shell === 'fish' ? "function fish_prompt; echo '% '; end" : ''
    writeFileSync(join(home, rc), `${before}\n${load}\n${after}\n${prompt}\n`)
  }

  /** What was seen at each `SAY` line, in order. */
  function seen(lines: readonly string[], more: Record<string, string> = {}): string[] {
    const shown = typeInto(`${shell} -i`, lines, { ...env, ...more })
    const found = [...shown.matchAll(/<([^<>]*)>/g)].map(([, text = '']) => text)
    // Not the lines themselves, as the terminal echoes them.
    return found.filter((text) => !/\$(?:LLMSEL|status|\?)/.test(text))
  }

  const SAY = 'echo "<$LLMSEL_ORIGIN|$LLMSEL_MODEL>"'

  function project(name: string, text: string): string {
    mkdirSync(join(home, name, 'sub'), { recursive: true })
    writeFileSync(join(home, name, '.llmsel.json'), text)
    return join(home, name)
  }

  test('use, use - and use --off act on this shell', () => {
    given()
    const lines = ['llmsel use opus', SAY, 'llmsel use haiku', SAY, 'llmsel use -', SAY]
    expect(seen([...lines, 'llmsel use --off', SAY])).toEqual([
      'shell|claude-opus-5-5',
      'shell|claude-haiku-5-5',
      'shell|claude-opus-5-5',
      '|',
    ])
  })

  test('a use that worked has the exit code 0, whatever was set before', () => {
    given()
    const say = `echo "<$LLMSEL_PROFILE|${status}>"`
    const lines = ['llmsel use opus', say, 'llmsel use free', say, 'llmsel use -', say]
    expect(seen([...lines, 'llmsel use --off', say])).toEqual(['opus|0', 'free|0', 'opus|0', '|0'])
  })

  test('a failing use changes nothing and keeps its exit code; help is shown, not run', () => {
    given()
    const say = `echo "<$LLMSEL_MODEL|${status}>"`
    expect(seen(['llmsel use opus', 'llmsel use nosuch', say])).toEqual(['claude-opus-5-5|2'])
    expect(typeInto(`${shell} -i`, ['llmsel use --help'], env)).toContain('Usage: llmsel use')
  })

  test("the user's default is in every new shell; a line of the rc file outranks it", () => {
    llmsel(['use', 'budget', '--global'], env)
    given()
    expect(seen([SAY])).toEqual(['user|claude-haiku-5-5'])
    expect(seen([SAY])).toEqual(['user|claude-haiku-5-5'])
    const line =
      shell === 'fish' ? 'llmsel env opus --shell fish | source' : 'eval "$(llmsel env opus)"'
    const fromRc = [`rc ${join(home, rc)}|claude-opus-5-5`]
    given(line)
    expect(seen([SAY])).toEqual(fromRc)
    given('', line)
    expect(seen([SAY])).toEqual(fromRc)
  })

  test('a project applies on entering and what was before comes back on leaving', () => {
    llmsel(['use', 'budget', '--global'], env)
    given()
    const folder = project("a 'project' $(x)", '{\n  "profile": "free"\n}')
    const quoted =
      shell === 'fish'
        ? `'${folder.replaceAll("'", "\\'")}/sub'`
        : `'${folder.replaceAll("'", `'\\''`)}/sub'`
    expect(seen([`cd ${quoted}`, SAY, 'cd ~', SAY])).toEqual([
      `project ${folder}/.llmsel.json:2|llama3.2`,
      'user|claude-haiku-5-5',
    ])
  })

  test('a newline in the name of a folder is a part of it', () => {
    given()
    const folder = project('a\nb', '{"profile": "free"}')
    const sub = shell === 'fish' ? String.raw`~/a\nb/sub` : String.raw`~/$'a\nb'/sub`
    expect(seen([`cd ${sub}`, SAY])).toEqual([`project ${folder}/.llmsel.json:1|llama3.2`])
  })

  test('without a default before, leaving a project leaves nothing', () => {
    given()
    project('p', '{"profile": "free"}')
    expect(seen(['cd ~/p', SAY, 'cd ~', SAY])).toEqual([
      `project ${home}/p/.llmsel.json:1|llama3.2`,
      '|',
    ])
  })

  test('an edit of the file is noticed at the next prompt; a refused file changes nothing', () => {
    given()
    project('p', '{"profile": "free"}')
    const edit = (text: string): string => `printf '%s' '${text}' > ~/p/.llmsel.json`
    const lines = ['cd ~/p', SAY, edit('{"profile": "haiku"}'), SAY]
    expect(seen([...lines, edit('{"profile": "haiku", "env": {}}'), SAY])).toEqual([
      `project ${home}/p/.llmsel.json:1|llama3.2`,
      `project ${home}/p/.llmsel.json:1|claude-haiku-5-5`,
      '|',
    ])
  })

  test('a choice of this shell or session outranks a project', () => {
    given()
    project('p', '{"profile": "free"}')
    expect(seen(['llmsel use opus', 'cd ~/p', SAY])).toEqual(['shell|claude-opus-5-5'])
    const session = { LLMSEL_ORIGIN: 'session s', LLMSEL_MODEL: 'm', LLMSEL_PROFILE: 'premium' }
    expect(seen(['cd ~/p', SAY], session)).toEqual(['session s|m'])
  })

  test('off in a project’s folder is off until it is entered again, whatever came first', () => {
    given()
    const folder = project('p', '{"profile": "free"}')
    const again = [SAY, ':', SAY, 'cd ~', 'cd ~/p', SAY]
    const expected = ['|', '|', `project ${folder}/.llmsel.json:1|llama3.2`]
    expect(seen(['llmsel use opus', 'cd ~/p', 'llmsel use --off', ...again])).toEqual(expected)
    expect(seen(['cd ~/p', 'llmsel use opus', 'llmsel use --off', ...again])).toEqual(expected)
  })

  test('use - in another folder than the choice before: the project there decides', () => {
    given()
    const folder = project('p', '{"profile": "free"}')
    const lines = ['cd ~/p', 'llmsel use opus', 'cd ~', 'llmsel use -', SAY]
    expect(seen(lines)).toEqual(['|'])
    expect(seen(['llmsel use opus', 'cd ~/p', 'llmsel use -', SAY])).toEqual([
      `project ${folder}/.llmsel.json:1|llama3.2`,
    ])
  })

  test('a file of another user is as if it were not there', () => {
    given()
    project('p', '{"profile": "free"}')
    chownSync(join(home, 'p/.llmsel.json'), 12345, 12345)
    expect(seen(['cd ~/p', SAY])).toEqual(['|'])
  })

  test('a prompt where nothing changed starts no process and keeps the exit status', () => {
    given()
    project('p', '{"profile": "free"}')
    const say = `echo "<${status}>"`
    // Without a PATH nothing can be started; a changed file would be noticed by its error.
    const shown = typeInto(
      `${shell} -i`,
      ['cd ~/p', shell === 'fish' ? 'set -x PATH /nowhere' : 'PATH=/nowhere', 'false', say, ':'],
      env,
    )
    expect(shown).toContain('<1>')
    expect(shown.replace(/^.*PATH[= ]\/nowhere[^\n]*\n/s, '')).not.toMatch(
      /not found|Unknown command|llmsel:/,
    )
  })

  test('llmsel missing from PATH: the shell starts all the same', () => {
    given()
    const bare = { ...env, PATH: '/usr/bin:/bin' }
    const shown = typeInto(`${shell} -i`, ['echo "<$LLMSEL_ORIGIN>"'], bare)
    expect(shown).toContain('<>')
    expect(shown).not.toMatch(/not found|Unknown command/)
  })
})

test.each([
  { line: 'set -eu', mine: [] },
  { line: 'set -o noclobber', mine: [] },
  { line: 'PROMPT_COMMAND="echo mine"', mine: ['mine'] },
  { line: 'PROMPT_COMMAND=("echo mine" "echo too")', mine: ['mine', 'too'] },
])('bash with $line in its rc file', ({ line, mine }) => {
  const text = initText('bash', { version: '0', completionsFolder: '/nowhere' })
  writeFileSync(join(home, 'init'), text)
  writeFileSync(join(home, '.bashrc'), `${line}\n. ~/init\n`)
  llmsel(['use', 'budget', '--global'], env)
  const say = 'echo "<$LLMSEL_MODEL>"'
  const shown = typeInto('bash -i', [say, 'llmsel use opus', say], env)
  expect(shown).toContain('<claude-haiku-5-5>')
  expect(shown).toContain('<claude-opus-5-5>')
  expect(shown).not.toMatch(/unbound|cannot overwrite|error/)
  expect(shown.split('\n')).toEqual(expect.arrayContaining(mine))
})

test.each([
  ['warn_create_global', '<f1 f2 __llmsel_hook>'],
  ['ksh_arrays', '<f1>'],
])('zsh with %s: no warning, and what else runs at prompts stays', (option, before) => {
  const text = initText('zsh', { version: '0', completionsFolder: '/nowhere' })
  writeFileSync(join(home, 'init'), text)
  const rc = `f1() { }; f2() { }; precmd_functions=(f1 f2); setopt ${option}; . ~/init`
  writeFileSync(join(home, '.zshrc'), `${rc}\n`)
  llmsel(['use', 'budget', '--global'], env)
  const lines = ['llmsel use opus', 'llmsel use --off', 'echo "<$precmd_functions>"']
  const shown = typeInto(
    'zsh -i',
    [...lines, 'unsetopt ksh_arrays', 'echo "{$precmd_functions}"'],
    env,
  )
  expect(shown).toContain(before)
  expect(shown).toContain('{f1 f2 __llmsel_hook}')
  expect(shown).not.toContain('created globally')
})

test.each([
  [
    '10 MB',
    (path: string) => writeFileSync(path, 'x'.repeat(10_000_000)),
    'longer than 4096 bytes',
  ],
  ['a folder', (path: string) => mkdirSync(path), 'no regular file'],
  ['a FIFO', (path: string) => spawnSync('mkfifo', [path]), 'no regular file'],
  ['a link to itself', (path: string) => symlinkSync(path, path), 'cannot be read (ELOOP)'],
  ['control bytes', (path: string) => writeFileSync(path, '{"\\u001b[31m": 1}'), 'sets "?[31m"'],
  [
    'an unknown profile',
    (path: string) => writeFileSync(path, '\n{"profile": "nosuch"}'),
    ':2 is refused: no profile',
  ],
])('a project file that is %s is refused at once', (_name, make, reason) => {
  make(join(home, '.llmsel.json'))
  const { status, stdout, stderr } = spawnSync('llmsel', ['use', '--hook', '--code', 'sh'], {
    env,
    cwd: home,
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: '# llmsel: code\n' })
  expect(stderr).toContain(reason)
  expect(stderr).not.toContain('\u001b')
})

test('use --project writes the file, and never over something else', () => {
  expect(llmsel(['use', 'budget', '--project'], env, { cwd: home }).status).toBe(0)
  const path = join(home, '.llmsel.json')
  expect(readFileSync(path, 'utf8')).toBe('{"profile":"budget"}\n')
  expect(llmsel(['use', 'free', '--project'], env, { cwd: home }).status).toBe(0)
  expect(readFileSync(path, 'utf8')).toBe('{"profile":"free"}\n')
  writeFileSync(path, '{"mine": 1}')
  const refused = llmsel(['use', 'free', '--project'], env, { cwd: home })
  expect(refused).toMatchObject({ status: 1, stdout: '' })
  expect(refused.stderr).toContain(`${path} holds something else`)
  expect(readFileSync(path, 'utf8')).toBe('{"mine": 1}')
})

test('use says that failover is not live in this shell; a project says nothing of it', () => {
  const use = (...words: readonly string[]): string =>
    llmsel(['use', ...words, '--code', 'sh'], env, { cwd: home }).stderr
  expect(use('budget')).toContain('is not live in this shell')
  expect(use('haiku')).not.toContain('is not live')
  llmsel(['use', 'budget', '--project'], env, { cwd: home })
  expect(use('--hook')).toMatch(/^llmsel: budget: .* \(project .*\)\n$/)
})

test('use says that a shell leaves the gateway and the limit of its session', () => {
  const session = { LLMSEL_PROFILE: 'budget', LLMSEL_ORIGIN: 'session s' }
  const use = (word: string, more: Record<string, string>): string =>
    llmsel(['use', word, '--code', 'sh'], { ...env, ...session, ...more }).stderr
  const through = { LLMSEL_GATEWAY_URL: 'http://127.0.0.1:1/s/llmsel-s-token' }
  for (const word of ['haiku', '--off'])
    expect(use(word, through)).toContain(
      "llmsel: this shell leaves its session's gateway and limit; back with: llmsel use -\n",
    )
  expect(use('haiku', {})).not.toContain('leaves')
  expect(use('haiku', { ...through, LLMSEL_ORIGIN: 'shell' })).not.toContain('leaves')
  expect(use('-', { ...through, __LLMSEL_PREVIOUS: 'budget session s' })).not.toContain('leaves')
})

test('without the function it says the exact lines, for the shell in use', () => {
  const bash = llmsel(['use', 'haiku'], { ...env, SHELL: '/bin/bash' })
  expect(bash).toMatchObject({ status: 1, stdout: '' })
  expect(bash.stderr).toContain('eval "$(llmsel init bash)"')
  const fish = llmsel(['use', 'haiku'], { ...env, SHELL: '/usr/bin/fish' })
  expect(fish.stderr).toContain('llmsel init fish | source')
})

test.each([
  [['use', '--off', '--global'], 'choose one of'],
  [['use', 'haiku', '--off'], '--off takes no profile'],
  [['use', '--code', 'sh'], 'which profile? name one'],
  [['use', 'hiaku', '--global'], 'did you mean "haiku"?'],
])('%j is a usage error', (words, message) => {
  const { status, stdout, stderr } = llmsel(words, env)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('use --global names the line that outranks it', () => {
  writeFileSync(join(home, '.bashrc'), '# mine\neval "$(llmsel env haiku)"\n')
  const bash = { ...env, SHELL: '/bin/bash' }
  expect(llmsel(['use', 'budget', '--global'], bash).stderr).toContain(
    'llmsel: ~/.bashrc:2 runs llmsel env, which outranks it\n',
  )
})

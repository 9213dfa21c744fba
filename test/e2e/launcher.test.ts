import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEnv, LAUNCHER, llmsel, ROOT } from '../support/launcher.ts'
import { runShell, SH_SHELLS } from '../support/shells.ts'

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "llmsel it's a home "))
  env = freshEnv(home)
})

afterEach(() => rmSync(home, { recursive: true }))

const VERSION = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version

/** Without Node on PATH, only a fragment can answer. */
function withoutNode(words: readonly string[], more: Record<string, string> = {}): string | null {
  const { status, stdout } = llmsel(words, { ...env, PATH: '/usr/bin/nowhere', ...more })
  return status === 0 ? stdout : null
}

function rendered(words: readonly string[]): string {
  const { status, stdout, stderr } = llmsel(words, env)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

function configFile(): string {
  return join(home, '.config/llmsel/config.json')
}

function writeConfig(document: object, atMs?: number): void {
  mkdirSync(join(configFile(), '..'), { recursive: true })
  writeFileSync(configFile(), JSON.stringify(document))
  // Older than the tick within which a fragment is not kept.
  const seconds = (atMs ?? Date.now() - 5000) / 1000
  utimesSync(configFile(), seconds, seconds)
}

test('the launcher, the package and the program say one version', () => {
  expect(readFileSync(LAUNCHER, 'utf8')).toContain(`\nllmsel_version=${VERSION}\n`)
  expect(rendered(['--version'])).toBe(`${VERSION}\n`)
})

test('the second call is served without Node, byte for byte the same', () => {
  expect(withoutNode(['env', 'haiku'])).toBeNull()
  const first = rendered(['env', 'haiku'])
  expect(withoutNode(['env', 'haiku'])).toBe(first)
  expect(withoutNode(['env', 'haiku', '--shell', 'bash'])).toBe(first)
  expect(withoutNode(['env', 'haiku', '--shell', 'fish'])).toBeNull()
  const fish = rendered(['env', 'haiku', '--shell', 'fish'])
  expect(withoutNode(['env', 'haiku', '--shell', 'fish'])).toBe(fish)
})

test('what is kept is private', () => {
  rendered(['env', 'haiku'])
  const folder = join(home, '.local/state/llmsel/env', VERSION, 'sh')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'haiku')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['haiku'])
})

test('a stale one is never served: the config is made, edited, restored, removed', () => {
  rendered(['env', 'budget'])
  writeConfig({ profiles: { budget: { model: 'opus', failover: false } } })
  expect(withoutNode(['env', 'budget'])).toBeNull()
  expect(rendered(['env', 'budget'])).toContain("CLAUDE_MODEL='claude-opus-5-5'")
  expect(withoutNode(['env', 'budget'])).toContain('claude-opus-5-5')

  cpSync(configFile(), `${configFile()}.old`, { preserveTimestamps: true })
  writeConfig({ profiles: { budget: { model: 'sonnet', failover: false } } }, Date.now() - 2000)
  expect(withoutNode(['env', 'budget'])).toBeNull()
  expect(rendered(['env', 'budget'])).toContain("CLAUDE_MODEL='claude-sonnet-5-5'")

  renameSync(`${configFile()}.old`, configFile())
  expect(withoutNode(['env', 'budget'])).toBeNull()
  expect(rendered(['env', 'budget'])).toContain('claude-opus-5-5')

  rmSync(configFile())
  expect(withoutNode(['env', 'budget'])).toBeNull()
})

test('a config that is a link is the file that it leads to, whatever its time', () => {
  mkdirSync(join(configFile(), '..'), { recursive: true })
  const generations = ['opus', 'sonnet'].map((model) => {
    const file = join(home, model)
    writeFileSync(file, JSON.stringify({ profiles: { night: { model } } }))
    utimesSync(file, 1, 1)
    return file
  })
  const [first = '', second = ''] = generations
  symlinkSync(first, configFile())
  rendered(['env', 'night'])
  expect(withoutNode(['env', 'night'])).toContain("CLAUDE_MODEL='claude-opus-5-5'")
  rmSync(configFile())
  symlinkSync(second, configFile())
  expect(withoutNode(['env', 'night'])).toBeNull()
  expect(rendered(['env', 'night'])).toContain("CLAUDE_MODEL='claude-sonnet-5-5'")
})

test('config set makes what was kept stale at once', () => {
  rendered(['env', 'haiku'])
  expect(llmsel(['config', 'set', 'pins.haiku', 'claude-haiku-4-5-20251001'], env).status).toBe(0)
  expect(withoutNode(['env', 'haiku'])).toBeNull()
  expect(rendered(['env', 'haiku'])).toContain("CLAUDE_MODEL='claude-haiku-4-5-20251001'")
})

test('one that has reached its day is not served', () => {
  // Sonnet 4.5 is near its end, so what is kept of it ends tomorrow.
  llmsel(['env', 'sonnet-4.5'], env)
  const root = join(home, '.local/state/llmsel/env', VERSION)
  const day = readdirSync(root).find((name) => name.startsWith('until-'))
  expect(day).toBeDefined()
  expect(withoutNode(['env', 'sonnet-4.5'])).toContain('claude-sonnet-4-5-20250929')
  const marker = join(root, day ?? '')
  utimesSync(marker, 1, 1)
  expect(withoutNode(['env', 'sonnet-4.5'])).toBeNull()
  rmSync(marker)
  expect(withoutNode(['env', 'sonnet-4.5'])).toBeNull()
})

test('another config folder, an override and odd names go to Node', () => {
  rendered(['env', 'haiku'])
  expect(withoutNode(['env', 'haiku'], { XDG_CONFIG_HOME: join(home, 'other') })).toBeNull()
  expect(withoutNode(['env', 'haiku'], { LLMSEL_CLAUDE_BASE_URL: 'http://x' })).toBeNull()
  for (const name of ['../sh/haiku', '.', '..', '', 'a b', '-h', '$(id)', 'haiku/']) {
    expect(withoutNode(['env', name])).toBeNull()
  }
})

test.each(["served='cut", 'exit 3 $(', ''])('a damaged fragment, %j, is rendered again', (text) => {
  const whole = rendered(['env', 'haiku'])
  const fragment = join(home, '.local/state/llmsel/env', VERSION, 'sh/haiku')
  writeFileSync(fragment, text)
  expect(rendered(['env', 'haiku'])).toBe(whole)
  expect(withoutNode(['env', 'haiku'])).toBe(whole)
})

test('a state folder that cannot be written costs only time', () => {
  writeFileSync(join(home, '.local'), 'a file in its place')
  expect(rendered(['env', 'haiku'])).toContain('claude-haiku-5-5')
})

test('a program that has changed is not served from before, even under the same version', () => {
  const copy = join(home, 'a copy')
  for (const part of ['bin', 'dist'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, preserveTimestamps: true })
  const launcher = join(copy, 'bin/llmsel')
  const code = llmsel(['env', 'haiku'], env, { launcher }).stdout
  expect(code).toContain('claude-haiku-5-5')
  expect(withoutNode(['env', 'haiku'])).toBe(code)
  utimesSync(join(copy, 'dist/cli/cli.cjs'), 1, 1)
  expect(withoutNode(['env', 'haiku'])).toBeNull()
})

test('it is found through chains of links and in folders of any name', () => {
  const odd = join(home, `o'dd "dir" $(x) *`)
  mkdirSync(join(odd, 'one'), { recursive: true })
  symlinkSync(LAUNCHER, join(odd, 'absolute'))
  symlinkSync('../absolute', join(odd, 'one/relative'))
  symlinkSync('one/relative', join(odd, 'llmsel'))
  const { status, stdout } = llmsel(['--version'], env, { launcher: join(odd, 'llmsel') })
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${VERSION}\n` })
})

test('it is found where its folder is the current one', () => {
  const folder = join(ROOT, 'bin')
  for (const line of ['PATH=":$PATH"; llmsel --version', 'sh llmsel --version'])
    expect(runShell(['dash', []], `cd '${folder}' && ${line}`, env)).toEqual({
      status: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    })
})

test('a checkout that is not built, and a machine without Node, get the line to run', () => {
  const copy = join(home, 'unbuilt')
  cpSync(join(ROOT, 'bin'), join(copy, 'bin'), { recursive: true })
  const unbuilt = llmsel(['models'], env, { launcher: join(copy, 'bin/llmsel') })
  expect(unbuilt).toMatchObject({ status: 1, stdout: '' })
  expect(unbuilt.stderr).toContain('run: npm run build')
  const nodeless = llmsel(['models'], { ...env, PATH: '/nowhere' })
  expect(nodeless).toMatchObject({ status: 1, stdout: '' })
  expect(nodeless.stderr).toContain('node is not on PATH')
})

test('HOME unset: reading works, writing says what to set', () => {
  const { HOME: _, ...homeless } = env
  expect(llmsel(['env', 'haiku'], homeless)).toMatchObject({ status: 0, stderr: '' })
  const write = llmsel(['config', 'set', 'default', 'free'], homeless)
  expect(write.status).toBe(1)
  expect(write.stderr).toContain('HOME is not set')
})

test.each(SH_SHELLS)(
  'the everyday line works in %s, before and after it is kept',
  (shell, flags) => {
    const script = `cd "$HOME"; eval "$(llmsel env haiku)"; echo "$CLAUDE_MODEL"; llmsel which --short`
    const expected = 'claude-haiku-5-5\nhaiku claude-haiku-5-5\n'
    for (const _ of ['before', 'after']) {
      expect(runShell([shell, flags], script, env)).toEqual({
        status: 0,
        stdout: expected,
        stderr: '',
      })
    }
  },
)

test('shells that start while fragments are rendered see a whole one', async () => {
  const expected = rendered(['env', 'haiku'])
  const runs = Array.from({ length: 24 }, async (_, index) => {
    // Every third one finds the program "changed" and renders again.
    if (index % 3 === 0)
      rmSync(join(home, '.local/state/llmsel/env', VERSION, 'sh/haiku'), { force: true })
    const { stdout } = await execa(LAUNCHER, ['env', 'haiku'], {
      env,
      extendEnv: false,
      stripFinalNewline: false,
    })
    return stdout
  })
  for (const text of await Promise.all(runs)) expect(text).toBe(expected)
  const left = readdirSync(join(home, '.local/state/llmsel/env', VERSION), { recursive: true })
  expect(left.filter((name) => String(name).endsWith('.tmp'))).toEqual([])
})

test('which --short says nothing where nothing is active, and marks drift', () => {
  expect(withoutNode(['which', '--short'])).toBe('')
  const active = { LLMSEL_PROFILE: 'budget', LLMSEL_MODEL: 'm', ANTHROPIC_MODEL: 'm' }
  expect(withoutNode(['which', '--short'], active)).toBe('budget m\n')
  expect(withoutNode(['which', '--short'], { ...active, CLAUDE_MODEL: 'x' })).toBe('budget m !\n')
})

test('a folder that has been removed is no failure', () => {
  const script = 'mkdir gone && cd gone && rmdir ../gone && llmsel env haiku && llmsel which'
  const { status, stdout } = runShell(SH_SHELLS[0], `cd "$HOME" && ${script}`, env)
  expect(status).toBe(0)
  expect(stdout).toContain("CLAUDE_MODEL='claude-haiku-5-5'")
  expect(stdout).toContain('not active in this shell')
})

test('output that cannot be written is a failure, said in one line', () => {
  const { status, stderr } = runShell(SH_SHELLS[0], 'llmsel models >/dev/full', env)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^llmsel: cannot write the output: ENOSPC[^\n]*\n$/)
})

test('an error that nobody reads keeps its exit code', () => {
  const script =
    'mkfifo "$HOME/f"; (llmsel nosuch 2>"$HOME/f"; echo $? >"$HOME/code") & : <"$HOME/f"; wait'
  runShell(SH_SHELLS[0], script, env)
  expect(readFileSync(join(home, 'code'), 'utf8')).toBe('2\n')
})

test('output to a reader that has gone is no failure', () => {
  const { stdout, stderr } = runShell(SH_SHELLS[0], 'llmsel models --all | head -1', env)
  expect(stdout.split('\n')).toHaveLength(2)
  expect(stderr).toBe('')
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('a gateway is as small when the launcher starts it as when the client does', () => {
  const options = (file: string, from: RegExp) =>
    from.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]?.match(/--[\w-]+(?:=\d+)?/g)
  const launched = options('bin/llmsel', /^ *small='([^']*)'/m)
  expect(launched?.length).toBeGreaterThan(3)
  expect(launched).toEqual(options('src/gateway/beginning.ts', /^const MEMORY = \[([^\]]*)\]/m))
})

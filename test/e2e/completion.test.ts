import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMPLETED_SHELLS } from '../../src/domain/completion/script.ts'
import { COMPLETE } from '../support/completion.ts'
import { llmsel, ROOT } from '../support/launcher.ts'
import { runShell } from '../support/shells.ts'
import { sandbox, type Sandbox } from '../support/tmux.ts'

let machine: Sandbox
let env: Record<string, string>

beforeAll(() => {
  machine = sandbox()
  env = { ...machine.env }
  llmsel(['config', 'set', 'profiles.night.model', 'qwen3:8b'], env)
  llmsel(['config', 'set', 'providers.ollama.model', 'qwen3:8b'], env)
  for (const name of ['crawler', 'crunch', 'other']) {
    const words = ['session', 'new', 'free', '--name', name, '--run', 'sleep 600']
    const { code, stderr } = machine.llmsel(words)
    if (code !== 0) throw new Error(stderr)
  }
  machine.tmux('new-session', '-d', '-s', 'crown-of-someone-else')
  mkdirSync(join(machine.home, 'a folder/inner'), { recursive: true })
  mkdirSync(join(machine.home, 'bin/tools'), { recursive: true })
})

afterAll(() => machine.close())

const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['llmsel mod', ['models']],
  ['llmsel session sto', ['stop']],
  ['llmsel session attach cr', ['crawler', 'crunch']],
  ['llmsel session stop crawler o', ['other']],
  ['llmsel env --shell f', ['fish']],
  ['llmsel env --shell=f', ['--shell=fish']],
  ['llmsel env --shell fish ni', ['night']],
  ['llmsel env hai', ['haiku', 'haiku-4.5', 'haiku-5.5']],
  ['llmsel env qwen3:8', ['qwen3:8b']],
  ['llmsel env --form', ['--format']],
  ['llmsel models show haiku-3', ['haiku-3', 'haiku-3.5']],
  ['llmsel models pin gp', ['gpt']],
  ['llmsel models pin gpt gpt-6-so', ['gpt-6-sol']],
  ['llmsel config get profiles.night.m', ['profiles.night.model']],
  ['llmsel config set pins.so', ['pins.sonnet']],
  ['llmsel completion z', ['zsh']],
  ['llmsel costs --per m', ['month']],
  ['llmsel session logs -n 5 cra', ['crawler']],
  ['llmsel session new --cwd a', ['a folder']],
  ['llmsel session new --cwd bin/t', ['bin/tools']],
  ['llmsel session new --run bin/t', ['bin/tools']],
]

test.each(
  COMPLETED_SHELLS.flatMap((shell) =>
    CASES.map(([line, offered]) => [shell, line, offered] as const),
  ),
)('%s completes %j to %j', (shell, line, offered) => {
  const script = join(ROOT, 'completions', `llmsel.${shell}`)
  expect(COMPLETE[shell](line, script, env)).toEqual(offered)
})

test.each([
  ['--cwd "a folder/i', 'a folder/inner'],
  [String.raw`--run a\ folder/i`, 'a folder/inner'],
  [String.raw`--run ~/a\ folder/i`, '~/a folder/inner'],
  ['--run=bin/t', '--run=bin/tools'],
  ['--run x -- bin/t', 'bin/tools'],
])('fish completes the path of %s', (words, offered) => {
  const script = join(ROOT, 'completions/llmsel.fish')
  expect(COMPLETE.fish(`llmsel session new ${words}`, script, env)).toEqual([offered])
})

test('what is committed is what the command table says; npm run completions writes it', () => {
  for (const shell of COMPLETED_SHELLS) {
    const { stdout } = llmsel(['completion', shell], env)
    expect(readFileSync(join(ROOT, 'completions', `llmsel.${shell}`), 'utf8')).toBe(stdout)
  }
})

test('bash: a strict shell, and one that does not cut words at a colon', () => {
  const script = join(ROOT, 'completions/llmsel.bash')
  const probe = (line: string, wordbreaks: string, words: string) =>
    runShell(
      ['bash', ['--norc', '--noprofile']],
      `set -u; . '${script}'
      COMP_WORDBREAKS=$${wordbreaks} COMP_LINE='${line}' COMP_WORDS=(${words}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _llmsel; printf '%s\\n' "\${COMPREPLY[@]}"`,
      env,
    )
  expect(probe('llmsel env qwen3:8', `' \\t:='`, 'llmsel env qwen3 : 8').stdout).toBe('8b\n')
  expect(probe('llmsel env qwen3:8', `' \\t'`, 'llmsel env qwen3:8').stdout).toBe('qwen3:8b\n')
  expect(probe('llmsel env qwen3: ', `' \\t:='`, `llmsel env qwen3 : ''`).stdout).toBe('\n')
})

test('zsh finds it on its fpath too', () => {
  const setUp = `fpath=('${machine.home}' $fpath); cp '${join(ROOT, 'completions/llmsel.zsh')}' '${machine.home}/_llmsel'
    autoload -Uz compinit && compinit -D; print -r -- $_comps[llmsel]; whence -w _llmsel`
  expect(runShell(['zsh', ['-f']], setUp, env).stdout).toBe('_llmsel\n_llmsel: function\n')
})

test('the names are printed and kept for the launcher', () => {
  const { stdout } = llmsel(['completion', '--names'], env)
  expect(stdout).toMatch(/^premium\tprofile on /)
  const kept = join(machine.home, '.local/state/llmsel/env/shared/sh/@names')
  expect(readFileSync(kept, 'utf8')).toContain(stdout)
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { renderEval } from '../../../src/domain/shell/guard.ts'
import { runShell, SH_SHELLS, typeInto } from '../../support/shells.ts'

const EVALUATED = {
  environment: { set: { MODEL: 'haiku' }, unset: ['OTHER'], release: [] },
  notes: ["a note, it's for orders"],
  rcNotes: [],
}

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-guard-'))
  writeFileSync(join(home, 'code.sh'), renderEval('sh', EVALUATED))
  writeFileSync(join(home, 'code.fish'), renderEval('fish', EVALUATED))
})

afterEach(() => rmSync(home, { recursive: true }))

function write(name: string, text: string): void {
  mkdirSync(join(home, name, '..'), { recursive: true })
  writeFileSync(join(home, name), text)
}

/** `WHERE=origin:model` for each place that reported. */
function reports(shown: string): Record<string, string> {
  const found = [...shown.matchAll(/^[^"\n]*?<(\w+)=([^>]*)>/gm)]
  return Object.fromEntries(found.map(([, where = '', what = '']) => [where, what]))
}

const LINE = 'eval "$(cat ~/code.sh)"'
const SAY = (where: string): string => `echo "<${where}=\${LLMSEL_ORIGIN-none}:\${MODEL-none}>"`
const CLEAR = 'unset LLMSEL_ORIGIN MODEL __LLMSEL_SET'

const RC = `${LINE}; ${SAY('rc')}; ${CLEAR}
choose() { ${LINE}; }
choose; ${SAY('rcfunction')}; ${CLEAR}
. ~/included; ${SAY('rcincluded')}; ${CLEAR}
`

const TYPED = [
  `${LINE}; ${SAY('prompt')}; ${CLEAR}`,
  `choose; ${SAY('function')}; ${CLEAR}`,
  `. ~/included; ${SAY('sourced')}; ${CLEAR}`,
]

const INTERACTIVE = [
  { shell: 'bash', command: 'bash -i', rc: '.bashrc' },
  { shell: 'bash login', command: 'bash -l', rc: '.bash_profile' },
  { shell: 'bash with an rc file of its own', command: 'bash --rcfile ~/my.rc -i', rc: 'my.rc' },
  { shell: 'zsh', command: 'zsh -i', rc: '.zshrc' },
  { shell: 'zsh login', command: 'zsh -l', rc: '.zprofile' },
]

describe.each(INTERACTIVE)('in $shell', ({ command, rc }) => {
  function typed(env: Record<string, string> = {}): Record<string, string> {
    write(rc, RC)
    write('included', LINE)
    return reports(typeInto(command, TYPED, { HOME: home, ...env }))
  }

  test('it is a default in the rc file, and an order at the prompt, in a function, in a file', () => {
    const seen = typed()
    expect(seen).toMatchObject({
      prompt: 'shell:haiku',
      function: 'shell:haiku',
      sourced: 'shell:haiku',
    })
    expect(seen['rc']).toBe(`rc ${join(home, rc)}:haiku`)
    expect(seen['rcfunction']).toMatch(/^rc .*:haiku$/)
    expect(seen['rcincluded']).toMatch(/^rc .*:haiku$/)
  })

  test("in a session's pane the rc line re-applies the session; the prompt still orders", () => {
    write('session/env.sh', "export MODEL=premium LLMSEL_ORIGIN='session s'\n")
    const seen = typed({ LLMSEL_SESSION_DIR: join(home, 'session'), LLMSEL_ORIGIN: 'session s' })
    expect(seen).toMatchObject({ rc: 'session s:premium', prompt: 'shell:haiku' })
  })

  test('a choice inherited from the parent shell outranks the rc line', () => {
    expect(typed({ LLMSEL_ORIGIN: 'shell', MODEL: 'opus' })).toMatchObject({
      rc: 'shell:opus',
      prompt: 'shell:haiku',
    })
  })
})

test.each(SH_SHELLS)(
  'in a script of %s, also an interactive one, it is an order',
  (shell, flags) => {
    write('script', `set -eu\n${LINE}\n${SAY('script')}\n`)
    const env = { HOME: home }
    const { stdout, stderr } = runShell([shell, flags], `${shell} "$HOME/script"`, env)
    expect(reports(stdout)).toEqual({ script: 'shell:haiku' })
    expect(stderr).toBe("llmsel: a note, it's for orders\n")
    expect(reports(typeInto(`${shell} -i ~/script`, [], env))).toEqual({ script: 'shell:haiku' })
    const command = runShell([shell, flags], `${shell} -ic '${LINE}; ${SAY('c')}'`, env)
    expect(reports(command.stdout)).toEqual({ c: 'shell:haiku' })
  },
)

test('a note for orders is not said from an rc file', () => {
  write('.bashrc', `${LINE}\n`)
  expect(typeInto('bash -i', [], { HOME: home })).not.toContain('a note')
})

describe('in fish', () => {
  const line = 'cat ~/code.fish | source'
  const say = (where: string): string => `echo "<${where}=$LLMSEL_ORIGIN:$MODEL>"`
  const clear = 'set -e LLMSEL_ORIGIN; set -e MODEL; set -e __LLMSEL_SET'
  const config = `${line}; ${say('rc')}; ${clear}
function choose; ${line}; end
choose; ${say('rcfunction')}; ${clear}
source ~/included.fish; ${say('rcincluded')}; ${clear}
`
  const lines = [
    `${line}; ${say('prompt')}; ${clear}`,
    `choose; ${say('function')}; ${clear}`,
    `source ~/included.fish; ${say('sourced')}; ${clear}`,
  ]

  function typed(env: Record<string, string> = {}): Record<string, string> {
    write('.config/fish/config.fish', config)
    write('included.fish', line)
    return reports(typeInto('fish -i', lines, { HOME: home, ...env }))
  }

  test('it is a default in config.fish, and an order at the prompt, in a function, in a file', () => {
    const seen = typed()
    expect(seen).toMatchObject({
      prompt: 'shell:haiku',
      function: 'shell:haiku',
      sourced: 'shell:haiku',
    })
    for (const where of ['rc', 'rcfunction', 'rcincluded']) {
      expect(seen[where]).toMatch(/^rc .*config\.fish:haiku$/)
    }
  })

  test("in a session's pane it re-applies the session; an inherited choice outranks it", () => {
    write('session/env.fish', "set -gx MODEL premium; set -gx LLMSEL_ORIGIN 'session s'\n")
    const session = { LLMSEL_SESSION_DIR: join(home, 'session') }
    expect(typed(session)).toMatchObject({ rc: 'session s:premium', prompt: 'shell:haiku' })
    expect(typed({ LLMSEL_ORIGIN: 'shell', MODEL: 'opus' })).toMatchObject({ rc: 'shell:opus' })
  })

  test('in a script it is an order', () => {
    write('script.fish', `${line}; ${say('script')}`)
    const { stdout } = runShell(['fish', ['--no-config']], 'fish $HOME/script.fish', { HOME: home })
    expect(reports(stdout)).toEqual({ script: 'shell:haiku' })
  })
})

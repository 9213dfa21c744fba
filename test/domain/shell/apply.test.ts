import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderApply, renderRestore } from '../../../src/domain/shell/apply.ts'
import type { Environment } from '../../../src/domain/shell/environment.ts'
import { ownValue } from '../../../src/domain/shell/own-values.ts'
import { FISH, runShell, SH_SHELLS } from '../../support/shells.ts'

const LOCAL: Environment = {
  set: { MODEL: "it's $(x)\n", BASE_URL: 'http://local', TOKEN: 'local' },
  unset: ['API_KEY'],
  release: [],
}
const CLOUD: Environment = {
  set: { MODEL: 'cloud', CLOUD_ONLY: '1' },
  unset: [],
  release: ['BASE_URL', 'TOKEN', 'API_KEY'],
}
const NAMES = ['MODEL', 'BASE_URL', 'TOKEN', 'API_KEY', 'CLOUD_ONLY']

const SHELLS = [
  ...SH_SHELLS.map(([name, flags]) => ({ name, flags, syntax: 'sh' as const })),
  { name: FISH[0], flags: FISH[1], syntax: 'fish' as const },
]

describe.each(SHELLS)('$name', ({ name, flags, syntax }) => {
  /** Applies in turn and reports the variables after the last, as a child process sees them. */
  function after(
    steps: readonly (Environment | 'off' | { readonly code: string })[],
    env: Readonly<Record<string, string>> = {},
  ): Record<string, string> {
    const strict = syntax === 'sh' ? 'set -eu\n' : ''
    const code = steps.map((step) => {
      if (step === 'off') return renderRestore(syntax)
      return 'code' in step ? step.code : renderApply(syntax, step)
    })
    const { stdout, stderr, status } = runShell(
      [name, flags],
      `${strict}${code.join('\n')}\nenv -0`,
      { LANG: 'C.UTF-8', ...env },
    )
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    const entries = stdout
      .split('\0')
      .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)])
    return Object.fromEntries(
      entries.filter(([key = '']) => NAMES.includes(key) || key.startsWith('__LLMSEL')),
    )
  }

  function visible(values: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(values).filter(([key]) => NAMES.includes(key)))
  }

  test('sets and unsets', () => {
    expect(visible(after([LOCAL], { API_KEY: 'sk' }))).toEqual(LOCAL.set)
  })

  test('one profile leaves nothing behind for the next', () => {
    expect(visible(after([CLOUD, LOCAL, CLOUD]))).toEqual(CLOUD.set)
  })

  test("the person's own values come back, unset and empty kept apart", () => {
    const own = { BASE_URL: 'https://corp', API_KEY: 'sk', TOKEN: '' }
    expect(visible(after([LOCAL, LOCAL, CLOUD], own))).toEqual({ ...CLOUD.set, ...own })
    expect(after([LOCAL, CLOUD, LOCAL, 'off'], own)).toEqual(own)
    expect(after([LOCAL, 'off', 'off'], { MODEL: '' })).toEqual({ MODEL: '' })
  })

  test('a value set by the person since stays where llmsel had unset it', () => {
    const code = syntax === 'sh' ? 'export API_KEY=new' : 'set -gx API_KEY new'
    expect(visible(after([LOCAL, { code }, CLOUD], { API_KEY: 'old' }))).toEqual({
      ...CLOUD.set,
      API_KEY: 'new',
    })
  })

  test('a nested shell can leave what its parent took on', () => {
    const inherited = after([LOCAL], { BASE_URL: 'https://corp' })
    expect(after(['off'], inherited)).toEqual({ BASE_URL: 'https://corp' })
  })

  test('a mangled list of held names runs nothing', () => {
    const mangled = { __LLMSEL_SET: '$(echo pwned>&2) MODEL;echo -X`id` ../..', MODEL: 'm' }
    expect(visible(after([CLOUD], mangled))).toEqual(CLOUD.set)
  })
})

describe("fish's universal variables", () => {
  /** What each line prints; each is a fish of its own, and all share the universal variables. */
  function inTurn(...lines: readonly string[]): string[] {
    const home = mkdtempSync(join(tmpdir(), 'llmsel-fish-'))
    try {
      return lines.map((line) => {
        const { stdout, stderr } = runShell(['fish', []], line, { HOME: home })
        expect(stderr).toBe('')
        return stdout.trim()
      })
    } finally {
      rmSync(home, { recursive: true })
    }
  }

  const own = 'set -Ux API_KEY sk; set -Ux MODEL mine'
  const say = 'sh -c \'echo "${API_KEY-unset} ${MODEL-unset}"\''
  const local = renderApply('fish', LOCAL)
  const off = renderRestore('fish')

  test('they are hidden from programs, and every other shell keeps them', () => {
    const hidden = `${renderApply('fish', { ...LOCAL, set: { MODEL: 'local' } })}\n${say}`
    expect(inTurn(own, hidden, say)).toEqual(['', 'local', 'sk mine'])
  })

  test('they come back, and are universal as before', () => {
    const both = `${local}\n${local}\n${off}\n${say}; set -qg API_KEY MODEL; echo $status`
    expect(inTurn(own, both)).toEqual(['', 'sk mine\n2'])
  })

  test('a shell of another kind below can leave what its parent took on', () => {
    const nested = `${local}\necho '${renderRestore('sh').replaceAll("'", String.raw`\'`)}' | sh -c 'eval "$(cat)"; ${`echo "\${API_KEY-unset} \${MODEL-unset}"`}'`
    expect(inTurn(own, nested)).toEqual(['', 'sk mine'])
  })
})

test('ownValue sees through what llmsel holds', () => {
  const env = {
    __LLMSEL_SET: 'A B -C -D -G',
    __LLMSEL_OLD_A: 'before',
    A: 'ours',
    B: 'ours',
    __LLMSEL_OLD_C: 'hidden',
    D: 'set since',
    E: 'own',
    __LLMSEL_OLD_G: 'under an empty one',
    G: '',
  }
  expect(['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => ownValue(env, name))).toEqual([
    'before',
    undefined,
    'hidden',
    'set since',
    'own',
    undefined,
    'under an empty one',
  ])
})

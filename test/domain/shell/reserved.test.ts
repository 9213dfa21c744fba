import { expect, test } from 'vitest'
import { isReservedByShells } from '../../../src/domain/shell/reserved.ts'
import { FISH, runShell } from '../../support/shells.ts'

const IN_SH = 'test "$( (export NAME=5; echo set) 2>&1)" = set || echo NAME'

test.each([
  ['bash', ['--norc', '--noprofile'], 'compgen -v', IN_SH],
  ['zsh', ['-f'], 'zmodload zsh/parameter; print -l ${(k)parameters}', IN_SH],
  [...FISH, 'set --names', 'test -z "$(set -gx NAME 5 2>&1)"; or echo NAME'],
] as const)('each variable that cannot be set in %s is reserved', (shell, flags, list, code) => {
  const names = runShell([shell, flags], list).stdout.split('\n')
  const plain = names.filter((name) => /^[A-Za-z_]\w*$/.test(name))
  const script = plain.map((name) => code.replaceAll('NAME', name)).join('\n')
  const failing = runShell([shell, flags], script).stdout.split('\n').slice(0, -1)
  expect(failing.length).toBeGreaterThan(3)
  expect(failing.filter((name) => !isReservedByShells(name))).toEqual([])
})

test('names that programs know are free', () => {
  const names = ['PATH', 'HOME', 'LANG', 'NO_PROXY', 'PYTHONPATH', 'DEPTH', 'IFS', 'PS1']
  expect(names.filter(isReservedByShells)).toEqual([])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isVariableName, quote } from '../../../src/domain/shell/quote.ts'
import { FISH, runShell, SH_SHELLS } from '../../support/shells.ts'

const NASTY = [
  '',
  ' ',
  "'",
  '"',
  "it's",
  '\\',
  '\\\\',
  "\\'",
  '$HOME',
  '$(touch pwned)',
  '`id`',
  'a\nb',
  'trailing\n\n',
  '\r\n',
  '\t',
  '\u001b[31m',
  '\u007f',
  '😀é',
  '!!',
  '#{pid}',
  '~',
  '*',
  '-n',
  '%s\\n',
  ';',
  'x;',
]

// One process judges many values: each is printed with a byte that no value holds behind it.
function printed(syntax: 'sh' | 'fish', values: readonly string[]): string {
  return values.map((value) => `printf '%s\\001' ${quote(syntax, value)}`).join('\n')
}

test.each(SH_SHELLS)('%s reads every quoted value back byte for byte', (shell, flags) => {
  const text = fc
    .string({ unit: 'binary' })
    .filter((value) => !value.includes('\0') && !value.includes('\u0001'))
  const values = [...NASTY, ...fc.sample(text, { numRuns: 300, seed: 7 })]
  const { stdout } = runShell([shell, flags], printed('sh', values))
  expect(stdout.split('\u0001').slice(0, -1)).toEqual(values.map(asUtf8))
})

test('zsh with rcquotes reads them too', () => {
  const { stdout } = runShell(['zsh', ['-f', '-o', 'rcquotes']], printed('sh', NASTY))
  expect(stdout.split('\u0001').slice(0, -1)).toEqual(NASTY)
})

test('fish reads every quoted value back byte for byte', () => {
  const text = fc.string().filter((value) => !value.includes('\0') && !value.includes('\u0001'))
  const values = [...NASTY, ...fc.sample(text, { numRuns: 300, seed: 7 })]
  const { stdout } = runShell(FISH, printed('fish', values), { LANG: 'C.UTF-8' })
  expect(stdout.split('\u0001').slice(0, -1)).toEqual(values)
})

test('PowerShell and nushell double and escape what ends their literals', () => {
  expect(quote('powershell', "it's $x")).toBe("'it''s $x'")
  expect(quote('nu', 'a"b\n')).toBe(String.raw`"a\"b\n"`)
})

test.each([
  ['CLAUDE_MODEL', true],
  ['_x1', true],
  ['1X', false],
  ['A-B', false],
  ['A=B', false],
  ['', false],
  ['A\nB', false],
])('%j is a variable name: %s', (name, expected) => {
  expect(isVariableName(name)).toBe(expected)
})

/** A lone surrogate has no UTF-8 form: Node writes U+FFFD for it. */
function asUtf8(value: string): string {
  return Buffer.from(value, 'utf8').toString('utf8')
}

import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandLine } from '../../../src/domain/shell/command-line.ts'

test.each([
  ['the same variables', { A: '1' }, { A: '1' }, `exec 'tmux' '-L' 'it'\\''s' ';'`],
  ['one that goes', { A: '1', B: '2' }, { B: '2' }, `unset A; exec 'tmux' '-L' 'it'\\''s' ';'`],
  [
    'one that changes',
    { A: '1' },
    { A: '2 $3' },
    `export A='2 $3'; exec 'tmux' '-L' 'it'\\''s' ';'`,
  ],
  ['one that comes', {}, { A: '' }, `export A=''; exec 'tmux' '-L' 'it'\\''s' ';'`],
  ['a value that is no line', {}, { A: '1\n2' }, null],
  [
    'a value that is no line and stays',
    { A: '1\n2' },
    { A: '1\n2' },
    `exec 'tmux' '-L' 'it'\\''s' ';'`,
  ],
  ['a name that sh cannot take away', { 'A.b': '1' }, {}, null],
  ['a name that sh cannot give', {}, { 'BASH_FUNC_f%%': '1' }, null],
])('%s', (_, from, to, line) => {
  expect(commandLine(['tmux', '-L', "it's", ';'], { from, to })).toBe(line)
})

test('the program gets the words and the variables byte for byte', () => {
  const word = `a 'b' "c" $HOME \\ ; é`
  const line = commandLine(
    ['/usr/bin/env', 'sh', '-c', 'printf "%s|%s|%s" "$0" "$A" "${B-none}"', word],
    {
      from: { B: '1' },
      to: { A: word },
    },
  )
  const { stdout } = spawnSync('sh', ['-c', line ?? ''], { env: { B: '1' }, encoding: 'utf8' })
  expect(stdout).toBe(`${word}|${word}|none`)
})

import { expect, test } from 'vitest'
import { rcLines, readsBashrc } from '../../../src/domain/shell/rc-lines.ts'
import { runShell, SH_SHELLS } from '../../support/shells.ts'

test.each([
  ['. ~/.bashrc', true],
  ['source ~/.bashrc', true],
  ['[ -f "$HOME/.bashrc" ] && . "$HOME/.bashrc"', true],
  ['if [ -n "$BASH_VERSION" ]; then\n\t. "${HOME}"/.bashrc; fi\r', true],
  ['test -f ~/.bashrc && { . ~/.bashrc;}', true],
  ['# . ~/.bashrc', false],
  ['export A=1 # then . ~/.bashrc', false],
  ['. ~/.bashrc.local', false],
  ['echo ~/.bashrc', false],
  ['. /etc/skel/.bashrc', false],
  ['', false],
])('a login file that says %j', (text, expected) => {
  expect(readsBashrc({ '.bash_profile': text }, '.bash_profile')).toBe(expected)
})

test('a login file may read .bashrc through another, and in a circle none', () => {
  const profile = { '.bash_profile': '. ~/.profile', '.profile': '. ~/.bashrc' }
  expect(readsBashrc(profile, '.bash_profile')).toBe(true)
  expect(readsBashrc({ ...profile, '.profile': '. ~/.bash_profile' }, '.bash_profile')).toBe(false)
  expect(readsBashrc({ ...profile, '.profile': null }, '.bash_profile')).toBe(false)
})

const MISSING = `/nowhere/it's $(touch x)/init.bash`

test.each(SH_SHELLS)(
  'in %s the line does nothing and succeeds when its file is missing',
  (...shell) => {
    for (const role of ['rc', 'profile', 'own-bash-profile'] as const) {
      const line = rcLines('bash', MISSING, role).join('\r\n')
      const script = `set -euC\n${line}\r\necho "$?"`
      const home = { HOME: '/nowhere' }
      expect(runShell(shell, script, home)).toEqual({ status: 0, stdout: '0\n', stderr: '' })
    }
  },
)

test('in .profile the line is for bash alone', () => {
  const [dash, bash] = SH_SHELLS
  const script = rcLines('bash', '/dev/null/x', 'profile').join('\n').replaceAll(' -r ', ' ! -r ')
  expect(runShell(dash, script)).toMatchObject({ status: 0, stderr: '' })
  expect(runShell(bash, script).stderr).toContain('/dev/null/x')
})

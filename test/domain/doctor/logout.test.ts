import { expect, test } from 'vitest'
import { logoutFindings } from '../../../src/domain/doctor/logout.ts'

const START = 'systemd-run --user --scope --unit=tmux tmux new-session -d -s main'
const IN_LOGIN = '0::/user.slice/user-1000.slice/session-3.scope\n'
const OF_USER = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux.scope\n'

interface Machine {
  readonly texts: readonly string[]
  readonly user?: string
  readonly lingers?: boolean
  readonly group?: string
}

function finding({ texts, user = 'me', lingers = false, group }: Machine): (string | null)[] {
  const files = texts.map((text, index) => ({ path: `/etc/${index}.conf`, text }))
  const found = logoutFindings({ files, user, lingers }, group ?? null)
  return found.flatMap(({ check, state, message, fix }) => [`${check} ${state}`, message, fix])
}

const YES = '[Login]\nKillUserProcesses=yes\n'
const LEFT_ALONE = ['logout ok', 'systemd leaves tmux alone when you log out', null]

test('where systemd does not run the machine there is nothing to say', () => {
  expect(logoutFindings(null, IN_LOGIN)).toEqual([])
})

test.each<[string, Machine]>([
  ['nothing is set', { texts: [] }],
  ['it is built so', { texts: ['#KillUserProcesses=no\n'] }],
  ['it is off', { texts: ['KillUserProcesses=no\n'] }],
  ['a later file takes it back', { texts: [YES, ' KillUserProcesses = off\n'] }],
  ['root is not meant', { texts: [YES], user: 'root' }],
  ['others are meant', { texts: [`${YES}KillOnlyUsers=a b\n`] }],
  ['this one is not meant', { texts: [`${YES}KillExcludeUsers=root me\n`] }],
])('tmux is left alone: %s', (_, machine) => {
  expect(finding({ ...machine, group: IN_LOGIN })).toEqual(LEFT_ALONE)
})

test.each<[string, Machine, (string | null)[]]>([
  [
    'no server runs',
    { texts: [YES] },
    [
      'logout warning',
      'systemd ends a tmux server when the login that started it ends (KillUserProcesses=yes, /etc/0.conf:2)',
      `loginctl enable-linger; ${START}`,
    ],
  ],
  [
    'it is built so, and linger is on',
    { texts: ['#KillUserProcesses=yes\n'], lingers: true },
    [
      'logout warning',
      'systemd ends a tmux server when the login that started it ends (KillUserProcesses=yes, /etc/0.conf:1)',
      START,
    ],
  ],
  [
    'the server is in the login',
    { texts: ['', 'KillUserProcesses=1'], group: IN_LOGIN },
    [
      'logout warning',
      'systemd ends this tmux server when you log out (KillUserProcesses=yes, /etc/1.conf:1)',
      `loginctl enable-linger; tmux kill-server; ${START}; llmsel session restore`,
    ],
  ],
  [
    'the server is the user’s, without linger',
    { texts: [YES], group: OF_USER },
    [
      'logout warning',
      'systemd ends this tmux server with your last login (KillUserProcesses=yes, /etc/0.conf:2, and linger is off)',
      'loginctl enable-linger',
    ],
  ],
  [
    'the server is the user’s, with linger',
    { texts: [YES], group: OF_USER, lingers: true },
    ['logout ok', 'the tmux server that runs outlives your logins', null],
  ],
  [
    'the server is of no login',
    { texts: [YES], group: '0::/system.slice/tmux.service\n' },
    ['logout ok', 'the tmux server that runs outlives your logins', null],
  ],
])('%s', (_, machine, expected) => {
  expect(finding(machine)).toEqual(expected)
})

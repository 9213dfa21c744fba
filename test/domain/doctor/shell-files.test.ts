import { expect, test } from 'vitest'
import type { ShellFile } from '../../../src/domain/doctor/facts.ts'
import { shellFindings } from '../../../src/domain/doctor/shell-files.ts'

const MANAGED = ['CLAUDE_MODEL', 'ANTHROPIC_MODEL', 'ANTHROPIC_API_KEY']
const BLOCK = '# >>> llmsel >>>\n. x\n# <<< llmsel <<<\n'

type Files = Readonly<Record<string, string>>

function read(shell: string, files: Files): string[] {
  const all = Object.entries(files).map(([path, text]): ShellFile => ({
    path,
    shell: path.endsWith('.fish') ? 'fish' : path.includes('.z') ? 'zsh' : 'bash',
    role: /profile|login/.test(path) ? 'login' : 'rc',
    content: { kind: 'text', text },
  }))
  return shellFindings({ name: shell, files: all }, MANAGED).map(
    ({ check, state, message }) => `${check} ${state}: ${message}`,
  )
}

const LOADED = 'shell ok: ~/.bashrc loads llmsel'
const PROFILE = { '~/.profile': '. ~/.bashrc\n' }

test.each<[string, string, Files, string[]]>([
  ['a block', 'bash', { ...PROFILE, '~/.bashrc': BLOCK }, [LOADED]],
  [
    'a block with CRLF',
    'bash',
    { ...PROFILE, '~/.bashrc': BLOCK.replaceAll('\n', '\r\n') },
    [LOADED],
  ],
  [
    'no block',
    'zsh',
    { '~/.zshrc': 'alias x=y\n' },
    ['shell note: zsh does not load llmsel, so `llmsel use` cannot act on a shell'],
  ],
  [
    "another shell's block",
    'zsh',
    { ...PROFILE, '~/.bashrc': BLOCK },
    ['shell note: zsh does not load llmsel, so `llmsel use` cannot act on a shell'],
  ],
  ['an unknown shell', 'tcsh', {}, ['shell note: tcsh is a shell that llmsel init does not know']],
  [
    'no SHELL',
    '',
    {},
    ['shell note: SHELL is not set, so it cannot be seen whether your shell loads llmsel'],
  ],
  [
    'two blocks',
    'bash',
    { ...PROFILE, '~/.bashrc': BLOCK + BLOCK },
    ['shell warning: ~/.bashrc loads llmsel 2 times'],
  ],
  [
    'a lost end',
    'bash',
    { ...PROFILE, '~/.bashrc': 'a\n# >>> llmsel >>>\nb\n' },
    ['shell broken: ~/.bashrc:2 begins or ends a block of llmsel that has lost its other marker'],
  ],
  [
    'an env line beside the block',
    'bash',
    { ...PROFILE, '~/.bashrc': `${BLOCK}eval "$(llmsel env haiku)"\n` },
    [LOADED, 'shell warning: ~/.bashrc:4 runs llmsel env although ~/.bashrc:1 sets the default'],
  ],
  [
    'an export before',
    'bash',
    { ...PROFILE, '~/.bashrc': `export CLAUDE_MODEL=x\n${BLOCK}` },
    [LOADED],
  ],
  [
    'an export after',
    'bash',
    { ...PROFILE, '~/.bashrc': `${BLOCK}[ -t 0 ] && export A=1 CLAUDE_MODEL=x\n` },
    [
      LOADED,
      'exports warning: ~/.bashrc:4 sets CLAUDE_MODEL after llmsel (~/.bashrc:1): every new shell has that value',
    ],
  ],
  [
    'a commented export',
    'bash',
    { ...PROFILE, '~/.bashrc': `${BLOCK}  # export CLAUDE_MODEL=x\n` },
    [LOADED],
  ],
  [
    'a variable of no concern',
    'bash',
    { ...PROFILE, '~/.bashrc': `${BLOCK}export MY_CLAUDE_MODEL=x\n` },
    [LOADED],
  ],
  [
    'a key after',
    'bash',
    { ...PROFILE, '~/.bashrc': `${BLOCK}export ANTHROPIC_API_KEY=sk-secret\n` },
    [
      LOADED,
      'exports note: ~/.bashrc:4 sets ANTHROPIC_API_KEY after llmsel (~/.bashrc:1): a free shell gets it too',
    ],
  ],
  [
    'an export after an env line',
    'bash',
    { ...PROFILE, '~/.bashrc': 'eval "$(llmsel env haiku)"\ndeclare -gx CLAUDE_MODEL=x\n' },
    [
      'shell note: bash does not load llmsel, so `llmsel use` cannot act on a shell',
      'exports warning: ~/.bashrc:2 sets CLAUDE_MODEL after llmsel (~/.bashrc:1): every new shell has that value',
    ],
  ],
  [
    'fish, in a later file',
    'fish',
    {
      'conf.d/llmsel.fish': BLOCK,
      'config.fish': 'set -gx CLAUDE_MODEL x\nset CLAUDE_MODEL y\nset --export ANTHROPIC_MODEL z\n',
    },
    [
      'shell ok: conf.d/llmsel.fish loads llmsel',
      'exports warning: config.fish:1 sets CLAUDE_MODEL after llmsel (conf.d/llmsel.fish:1): every new shell has that value',
      'exports warning: config.fish:3 sets ANTHROPIC_MODEL after llmsel (conf.d/llmsel.fish:1): every new shell has that value',
    ],
  ],
  [
    'a login file that sources no .bashrc',
    'bash',
    { '~/.bash_profile': 'PATH=x\n', '~/.bashrc': BLOCK },
    [
      LOADED,
      'login warning: a login shell, as in a new tmux window, reads ~/.bash_profile, which does not source ~/.bashrc',
    ],
  ],
  [
    'no login file',
    'bash',
    { '~/.bashrc': BLOCK },
    [LOADED, 'login warning: a login shell, as in a new tmux window, reads no ~/.bashrc'],
  ],
  [
    'a login file with a block of its own',
    'bash',
    { '~/.bash_profile': BLOCK, '~/.bashrc': BLOCK },
    [LOADED],
  ],
])('%s', (_, shell, files, findings) => {
  expect(read(shell, files)).toEqual(findings)
})

test('a file that was refused is named', () => {
  const content = { kind: 'refused', reason: 'it is no regular file' } as const
  const files = [{ path: '~/.bashrc', shell: 'bash', role: 'rc', content } as const]
  expect(shellFindings({ name: 'bash', files }, MANAGED)[0]).toMatchObject({
    state: 'warning',
    message: '~/.bashrc was not looked at: it is no regular file',
  })
})

import type { MachineFacts } from '../../src/domain/doctor/facts.ts'

/** A machine on which the doctor finds nothing. */
export const HEALTHY: MachineFacts = {
  nodeVersion: '22.11.0',
  memoryBytes: 16e9,
  tmux: {
    version: 'tmux 3.6',
    install: 'install it: apt',
    socket: { path: '/tmp/tmux-1000/default', state: 'live' },
    updateEnvironment: ['update-environment[0] DISPLAY'],
    controlGroup: null,
  },
  logout: null,
  shell: {
    name: 'zsh',
    files: [
      {
        path: '~/.zshrc',
        shell: 'zsh',
        role: 'rc',
        content: { kind: 'text', text: '# >>> llmsel >>>\n. x\n# <<< llmsel <<<\n' },
      },
    ],
  },
  launcher: { onPath: '/usr/lib/llmsel/bin/llmsel', own: '/usr/lib/llmsel/bin/llmsel' },
  files: {
    config: { path: '/home/me/.config/llmsel/config.json', mode: 0o600, mine: true },
    state: { path: '/home/me/.local/state/llmsel', writable: true },
    oldFragments: [],
  },
}

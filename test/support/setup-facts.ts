import type { FoundShell, SetupFacts } from '../../src/domain/setup/facts.ts'

/** A machine with tmux and bash, and nothing else of use. */
export const BARE: SetupFacts = {
  ollama: { url: 'http://127.0.0.1:11434', locked: false, models: null },
  keys: { claude: null, openai: null },
  keyFault: null,
  shells: [],
  tmux: { version: 'tmux 3.6', install: 'install it: apt' },
  claudeCode: { installed: false, overrides: [] },
}

export const BASH: FoundShell = {
  shell: 'bash',
  isOwn: true,
  loads: false,
  changes: ['/home/me/.bashrc'],
  problem: null,
}

export function withOllama(...names: readonly string[]): Pick<SetupFacts, 'ollama'> {
  const models = names.map((name) => ({ name, bytes: 5e9, fits: true }))
  return { ollama: { url: 'http://127.0.0.1:11434', locked: false, models } }
}

/** The syntaxes that llmsel writes. `sh` serves dash, bash and zsh alike. */
export type Syntax = 'sh' | 'fish' | 'powershell' | 'nu'

export const SHELLS = {
  sh: 'sh',
  bash: 'sh',
  zsh: 'sh',
  fish: 'fish',
  powershell: 'powershell',
  nu: 'nu',
} as const satisfies Record<string, Syntax>

export type ShellName = keyof typeof SHELLS

/** The name of the person's own shell, as `SHELL` has it; empty: it names none. */
export function ownShell(env: Readonly<Record<string, string | undefined>>): string {
  const path = env['SHELL'] ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}

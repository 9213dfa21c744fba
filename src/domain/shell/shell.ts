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

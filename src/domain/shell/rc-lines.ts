import { quote } from './quote.ts'

/** The shells in whose start-up files llmsel puts its block. */
export const INSTALL_SHELLS = ['bash', 'zsh', 'fish'] as const

export type InstallShell = (typeof INSTALL_SHELLS)[number]

/** bash reads the first that there is, and then no .bashrc, in a login shell such as tmux's panes. */
export const LOGIN_FILES = ['.bash_profile', '.bash_login', '.profile'] as const

/** Of `.profile`, which other shells read too; of a .bash_profile of our own; of any other. */
export type RcRole = 'profile' | 'own-bash-profile' | 'rc'

/** What the block says that sources `script`. */
export function rcLines(shell: InstallShell, script: string, role: RcRole): string[] {
  return [
    `# Put here by llmsel; to take it out again, run: llmsel init ${shell} --uninstall`,
    ...(role === 'own-bash-profile' ? [NEXT_LOGIN_FILE] : []),
    shell === 'fish' ? fishLine(script) : shLine(script, role),
  ]
}

/** Without it, the new .bash_profile would hide a .profile that comes later. */
const NEXT_LOGIN_FILE =
  'if [ -r ~/.bash_login ]; then . ~/.bash_login; elif [ -r ~/.profile ]; then . ~/.profile; fi #'

/**
 * Ends with status 0 whatever happens, so that an rc file with `set -e` goes on. The `#` keeps the
 * carriage return of a CRLF file out of the line.
 */
function shLine(script: string, role: RcRole): string {
  const file = quote('sh', script)
  const inBash = role === 'profile' ? '[ -n "${BASH_VERSION-}" ] && ' : ''
  return `if ${inBash}[ -r ${file} ]; then . ${file} || :; fi #`
}

function fishLine(script: string): string {
  const file = quote('fish', script)
  return `test -r ${file}; and source ${file}; or true #`
}

/** The start-up files' texts by name, without llmsel's blocks; null: there is none. */
export type RcTexts = Readonly<Record<string, string | null>>

/** Whether a login file of bash reads .bashrc, itself or through another login file. */
export function readsBashrc(texts: RcTexts, file: string, above: readonly string[] = []): boolean {
  const text = texts[file] ?? null
  if (text === null || above.includes(file)) return false
  if (sources(text, '.bashrc')) return true
  return LOGIN_FILES.some(
    (next) => sources(text, next) && readsBashrc(texts, next, [...above, file]),
  )
}

/** Whether an sh text sources a file of this name in the home folder, as far as can be seen. */
function sources(text: string, name: string): boolean {
  const escaped = name.replaceAll('.', String.raw`\.`)
  const home = String.raw`(?:~|\$HOME|\$\{HOME\})`
  const word = String.raw`["']?${home}["']?/["']?${escaped}["']?`
  const command = new RegExp(String.raw`(?:^|[\s;&|({])(?:\.|source)[ \t]+${word}(?=$|[\s;&|)}])`)
  return text.split('\n').some((line) => command.test(withoutComment(line)))
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '$1')
}

import { spawnSync } from 'node:child_process'
import { typeInto } from './shells.ts'

type Variables = Readonly<Record<string, string>>

/** The words that a real shell puts in place of the last one when TAB is pressed there. */
export type Complete = (line: string, script: string, env: Variables) => string[]

/** Prints the words that it got, between marks that the echo of the typed line does not have. */
const SHOW = `llmsel() { printf 'got%s\\n' ''; printf ' <%s>\\n' "$@"; printf 'end%s\\n' ''; }`

export const COMPLETE: Readonly<Record<'bash' | 'zsh' | 'fish', Complete>> = {
  bash: (line, script, env) =>
    typed('bash --norc --noprofile -i', line, env, [
      'cd',
      `. '${script}'`,
      SHOW,
      `bind '"\\t": insert-completions'`,
    ]),
  zsh: (line, script, env) =>
    typed('zsh -f -i', line, env, [
      'cd',
      'autoload -Uz compinit && compinit -D',
      `zstyle ':completion:*' completer _all_matches _complete`,
      `zstyle ':completion:*' insert yes`,
      `. '${script}'`,
      SHOW,
    ]),
  fish: (line, script, env) => {
    const { stdout, stderr } = spawnSync(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line],
      { encoding: 'utf8', env, cwd: env['HOME'] },
    )
    if (stderr !== '') throw new Error(stderr)
    return stdout
      .split('\n')
      .filter((found) => found !== '')
      .map((found) => withoutSlash(found.split('\t')[0] ?? ''))
      .toSorted()
  },
}

function typed(shell: string, line: string, env: Variables, first: readonly string[]): string[] {
  const screen = typeInto(shell, [...first, `${line}\t`], env)
  const [, shown] = /\ngot\n((?: <.*>\n)*)end\n/.exec(screen) ?? []
  if (shown === undefined) throw new Error(`nothing was run:\n${screen}`)
  const before = line.split(' ').length - 2
  return [...shown.matchAll(/^ <(.*)>$/gm)]
    .map(([, word = '']) => withoutSlash(word))
    .slice(before)
    .toSorted()
}

/** Shells differ in whether a folder gets its slash now or with the next key. */
function withoutSlash(word: string): string {
  return word.replace(/\/$/, '')
}

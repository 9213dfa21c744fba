import { quote } from '../shell/quote.ts'

/** The shells that a session's interactive windows keep on the session's model. */
export type RcShell = 'bash' | 'zsh' | 'fish' | 'sh'

export interface RcOptions {
  /** The run's folder, absolute. */
  readonly folder: string
  /** The interactive shell, absolute. */
  readonly shell: string
  /** The folder of `bin/llmsel`. */
  readonly launcherFolder: string
  /** Variables that must not come from elsewhere. */
  readonly strayNames: readonly string[]
}

export interface TextFile {
  /** Relative to the run's folder. */
  readonly path: string
  readonly text: string
}

/** Null: a shell whose start-up files llmsel cannot follow with its own. */
export function rcShellOf(shell: string): RcShell | null {
  const name = shell.slice(shell.lastIndexOf('/') + 1)
  if (name === 'bash' || name === 'zsh' || name === 'fish') return name
  return ['sh', 'dash', 'ash', 'ksh', 'mksh', 'ksh93', 'oksh', 'yash'].includes(name) ? 'sh' : null
}

/**
 * The user's own start-up files run first and the session's variables after them, so that an
 * `export CLAUDE_MODEL=…` in .bashrc cannot put the session on another model.
 */
export function rcFiles(options: RcOptions): TextFile[] {
  const kind = rcShellOf(options.shell)
  return [
    { path: 'start.sh', text: startText(options) },
    { path: 'shell', text: shellText(options, kind) },
    ...(kind === null ? [] : RC[kind](options)),
  ]
}

const WRITTEN = '# Written by llmsel for one session.'

/** Evaluated by the wrapper and by `shell`, before anything of the session's own. */
function startText({ strayNames }: RcOptions): string {
  return `${WRITTEN}\nunset ${strayNames.join(' ')}\n`
}

function shPath(launcherFolder: string): string {
  return `command -v llmsel >/dev/null 2>&1 || export PATH="$PATH":${quote('sh', launcherFolder)}\n`
}

/** Stays as the shell's parent: only so is it known that a person left the session's last window. */
function shellText(options: RcOptions, kind: RcShell | null): string {
  const word = (path: string) => quote('sh', `${options.folder}/${path}`)
  const start = `${WRITTEN}\n. ${word('start.sh')}\ntrap : INT QUIT\n`
  return `${start}${shellCommand(options, kind)}\n${atLast(word('ended'))}`
}

function shellCommand(options: RcOptions, kind: RcShell | null): string {
  const { folder } = options
  const word = (path: string) => quote('sh', `${folder}/${path}`)
  const shell = quote('sh', options.shell)
  switch (kind) {
    case 'bash':
      return `${shell} --rcfile ${word('rc.bash')} -i`
    case 'zsh':
      // The person's own ZDOTDIR, put back by the first of the files that are read instead.
      return `export LLMSEL_ZDOTDIR="\${ZDOTDIR-}" ZDOTDIR=${word('zsh')}\n${shell} -i`
    case 'fish':
      return `${shell} -i -C ${quote('sh', `source ${quote('fish', `${folder}/rc.fish`)}`)}`
    case 'sh':
      // The shell expands what ENV holds, once.
      return `export LLMSEL_ENV="\${ENV-}" ENV='$LLMSEL_SESSION_DIR/rc.sh'\n${shell} -i`
    case null:
      return `${applySh(options)}${shell}`
  }
}

/** A hang-up, as when the tmux server dies, ends this script before it gets here. */
function atLast(ended: string): string {
  return `code=$?
[ "$(tmux display-message -p -t "$TMUX_PANE" '#{session_windows} #{window_panes}' 2>&1)" != '1 1' ] ||
  (umask 077; : >${ended})
exit "$code"
`
}

const RC: Readonly<Record<RcShell, (options: RcOptions) => TextFile[]>> = {
  bash: (options) => [file('rc.bash', `${BASH_OWN}${applySh(options)}${BASH_READY}`)],
  zsh: (options) => [
    file('zsh/.zshenv', `${ZSH_BEFORE}${ZSH_OWN('.zshenv')}${zshAfter(options)}`),
    file('zsh/.zshrc', `${ZSH_RC}${ZSH_OWN('.zshrc')}${applySh(options)}${ZSH_READY}`),
  ],
  fish: (options) => [file('rc.fish', fishRc(options))],
  sh: (options) => [file('rc.sh', `${SH_OWN}${applySh(options)}${SH_READY}`)],
}

function file(path: string, text: string): TextFile {
  return { path, text: `${WRITTEN}\n${text}` }
}

function applySh({ folder, launcherFolder }: RcOptions): string {
  return `. ${quote('sh', `${folder}/env.sh`)}\n${shPath(launcherFolder)}`
}

// bash reads one of the login files in tmux's own windows, so a person may have no .bashrc at all.
const BASH_OWN = `for __llmsel_file in ~/.bashrc ~/.bash_profile ~/.bash_login ~/.profile; do
  if [ -r "$__llmsel_file" ]; then
    . "$__llmsel_file"
    break
  fi
done
unset __llmsel_file
`

// The hook stays, as a no-op: another one may have rewritten PROMPT_COMMAND around it meanwhile.
const BASH_READY = `if [ -n "\${LLMSEL_READY-}" ]; then
  __llmsel_ready() {
    local status=$?
    [ -z "\${LLMSEL_READY-}" ] || tmux wait-for -S "$LLMSEL_READY"
    unset LLMSEL_READY
    return "$status"
  }
  case "$(declare -p PROMPT_COMMAND 2>/dev/null)" in
    'declare -a'*) PROMPT_COMMAND+=(__llmsel_ready) ;;
    *)
      __llmsel_newline=$'\\n'
      PROMPT_COMMAND="\${PROMPT_COMMAND:+$PROMPT_COMMAND$__llmsel_newline}__llmsel_ready"
      unset __llmsel_newline ;;
  esac
fi
`

const ZSH_BEFORE = `if [[ -n \${LLMSEL_ZDOTDIR-} ]]; then
  export ZDOTDIR=$LLMSEL_ZDOTDIR
else
  unset ZDOTDIR
fi
unset LLMSEL_ZDOTDIR
`

const ZSH_OWN = (name: string) => `if [[ -r \${ZDOTDIR:-$HOME}/${name} ]]; then
  . "\${ZDOTDIR:-$HOME}/${name}"
fi
`

/** Their .zshenv may have chosen a ZDOTDIR; ours decides which .zshrc comes next. */
function zshAfter({ folder }: RcOptions): string {
  return `if [[ -o interactive ]]; then
  __llmsel_zdotdir=\${ZDOTDIR-}
  ZDOTDIR=${quote('sh', `${folder}/zsh`)}
fi
`
}

// macOS's /etc/zshrc has put HISTFILE into the ZDOTDIR that it saw.
const ZSH_RC = `if [[ \${HISTFILE-} == $ZDOTDIR/* ]]; then
  HISTFILE=\${__llmsel_zdotdir:-$HOME}/\${HISTFILE##*/}
fi
if [[ -n $__llmsel_zdotdir ]]; then
  export ZDOTDIR=$__llmsel_zdotdir
else
  unset ZDOTDIR
fi
unset __llmsel_zdotdir
`

const ZSH_READY = `if [[ -n \${LLMSEL_READY-} ]]; then
  __llmsel_ready() {
    local status_=$?
    tmux wait-for -S "$LLMSEL_READY"
    unset LLMSEL_READY
    precmd_functions=(\${precmd_functions:#__llmsel_ready})
    return $status_
  }
  precmd_functions+=(__llmsel_ready)
fi
`

const SH_OWN = `if [ -n "\${LLMSEL_ENV-}" ]; then
  export ENV="$LLMSEL_ENV"
  if [ -r "$ENV" ]; then . "$ENV"; fi
else
  unset ENV
fi
unset LLMSEL_ENV
`

const SH_READY = `if [ -n "\${LLMSEL_READY-}" ]; then
  tmux wait-for -S "$LLMSEL_READY"
  unset LLMSEL_READY
fi
`

function fishRc({ folder, launcherFolder }: RcOptions): string {
  return `source ${quote('fish', `${folder}/env.fish`)}
command -q llmsel; or set -gx PATH $PATH ${quote('fish', launcherFolder)}
if set -q LLMSEL_READY
  function __llmsel_ready --on-event fish_prompt
    tmux wait-for -S $LLMSEL_READY
    set -e LLMSEL_READY
    functions -e __llmsel_ready
  end
end
`
}

import { quote } from './quote.ts'
import type { ShellName } from './shell.ts'

export interface InitOptions {
  readonly version: string
  /** Of the package, absolute. */
  readonly completionsFolder: string
}

/** What begins the code that `llmsel use` prints for the function; the rest it shows. */
export const CODE_MARK = '# llmsel: code'

/**
 * What a shell evaluates at its start: the `llmsel` function, the user's default, the project hook
 * and the completions. It starts no process, but for the default where no fresh fragment has it.
 */
export function initText(shell: Exclude<ShellName, 'sh'>, options: InitOptions): string {
  const install = shell === 'powershell' || shell === 'nu' ? '' : ' --install'
  const head = `# llmsel ${options.version} for ${shell}. Written by llmsel: llmsel init ${shell}${install}\n`
  switch (shell) {
    case 'bash':
      return `${head}${FUNCTION}${interactive(`${shDefault('type -P llmsel')}${BASH_HOOK}${bashCompletion(options)}`)}`
    case 'zsh':
      return `${head}${FUNCTION}${interactive(`${shDefault('whence -p llmsel')}${ZSH_HOOK}${zshCompletion(options)}`)}`
    case 'fish':
      return `${head}${FISH}set -ga fish_complete_path ${quote('fish', options.completionsFolder)}\n`
    case 'powershell':
      return `${head}${POWERSHELL}`
    case 'nu':
      return `${head}${NU}`
  }
}

// What the code that is evaluated sets; zsh can warn of a global that a function makes.
const LOCALS = '__llmsel_at= __llmsel_l= __llmsel_n= __llmsel_keep='

const FUNCTION = `llmsel() {
  local llmsel_code ${LOCALS}
  case \${1-} in
    use)
      llmsel_code=$(command llmsel "$@" --code sh) || return
      case $llmsel_code in
        '${CODE_MARK}'*) eval "$llmsel_code" ;;
        ?*) printf '%s\\n' "$llmsel_code" ;;
      esac ;;
    *) command llmsel "$@" ;;
  esac
}
`

function interactive(text: string): string {
  return `case $- in *i*)\n${text};;\nesac\n`
}

// As bin/llmsel serves a fragment, but in this shell. ">|" holds under noclobber.
function shDefault(find: string): string {
  return `__llmsel_default() {
  local llmsel_config llmsel_root llmsel_fragment llmsel_now llmsel_served= ${LOCALS}
  case \${XDG_CONFIG_HOME-} in /*) llmsel_config=$XDG_CONFIG_HOME ;; *) llmsel_config=\${HOME-}/.config ;; esac
  case \${XDG_STATE_HOME-} in /*) llmsel_root=$XDG_STATE_HOME ;; *) llmsel_root=\${HOME-}/.local/state ;; esac
  llmsel_config=$llmsel_config/llmsel/config.json
  llmsel_root=$llmsel_root/llmsel/env/shared
  llmsel_fragment=$llmsel_root/sh/@default llmsel_now=$llmsel_root/now
  if [ -f "$llmsel_fragment" ] && [ -O "$llmsel_fragment" ] && : 2>/dev/null >|"$llmsel_now"; then
    . "$llmsel_fragment" 2>/dev/null || :
  fi
  if [ -z "$llmsel_served" ] && ${find} >/dev/null; then
    llmsel_served=$(command llmsel env --default) || llmsel_served=
  fi
  eval "$llmsel_served"
}
__llmsel_default
unset -f __llmsel_default
`
}

// Each prompt compares the nearest project file, path and content, in the shell's own builtins.
const HOOK_WALK = `  while :; do
    if [ -e "$dir/.llmsel.json" ] && [ -O "$dir/.llmsel.json" ]; then
      file=$dir/.llmsel.json
      break
    fi
    [ -n "$dir" ] || break
    dir=\${dir%/*}
  done
`
const HOOK_CALL = `  if [ "$file:$content" != "$noted" ]; then
    __llmsel_project=$file:$content
    [ "$noted" = off ] || { content=$(command llmsel use --hook --code sh) && eval "$content"; }
  fi
`
/** What `use --off` notes: the next prompt's project is as if it had been left already. */
export const STAY_OFF = {
  sh: '__llmsel_project=off\n',
  fish: 'set -g __llmsel_project off\n',
  powershell: '',
} as const

const OUTRANKED = `case \${LLMSEL_ORIGIN-} in shell* | session*)`

// Put before what is there, in a string or in an array's first element alike.
const BASH_HOOK = `__llmsel_hook() {
  local ret=$? dir=$PWD file= content= noted=\${__llmsel_project-:} LC_ALL=C
  ${OUTRANKED} return "$ret" ;; esac
${HOOK_WALK}  if [ -f "$file" ]; then
    IFS= read -r -d '' -n 4097 content <"$file" || :
  fi
${HOOK_CALL}  return "$ret"
}
case \${PROMPT_COMMAND[*]-} in
  *__llmsel_hook*) ;;
  *) PROMPT_COMMAND="__llmsel_hook\${PROMPT_COMMAND:+; $PROMPT_COMMAND}" ;;
esac
`

const ZSH_HOOK = `__llmsel_hook() {
  local ret=$? dir=$PWD file= content= noted=$__llmsel_project
  emulate -L zsh
  ${OUTRANKED} return $ret ;; esac
${HOOK_WALK}  if [ -f "$file" ] && zmodload zsh/system 2>/dev/null; then
    sysread -s 4097 content <"$file" || :
  fi
${HOOK_CALL}  return $ret
}
typeset -g __llmsel_project=:
typeset -ga precmd_functions
(( \${precmd_functions[(I)__llmsel_hook]} )) || precmd_functions+=(__llmsel_hook)
`

// 124 asks bash to try again, with the completion that the file has defined.
function bashCompletion({ completionsFolder }: InitOptions): string {
  return `__llmsel_complete() { . ${quote('sh', `${completionsFolder}/llmsel.bash`)} && return 124; }
complete -F __llmsel_complete llmsel
`
}

// compinit may run after this: then the first prompt knows compdef.
function zshCompletion({ completionsFolder }: InitOptions): string {
  return `__llmsel_complete() {
  unfunction __llmsel_complete
  . ${quote('sh', `${completionsFolder}/llmsel.zsh`)}
  _llmsel "$@"
}
__llmsel_compdef() {
  emulate -L zsh
  precmd_functions=(\${precmd_functions:#__llmsel_compdef})
  (( \${+functions[compdef]} )) && compdef __llmsel_complete llmsel
  unfunction __llmsel_compdef
}
precmd_functions+=(__llmsel_compdef)
`
}

const FISH = `function llmsel
  if test "$argv[1]" != use
    command llmsel $argv
    return
  end
  set -l code (command llmsel $argv --code fish | string collect)
  set -l ret $pipestatus[1]
  test $ret -eq 0; or return $ret
  if string match -q '${CODE_MARK}*' -- "$code"
    eval $code
  else if test -n "$code"
    printf '%s\\n' $code
  end
end
if status is-interactive
  function __llmsel_default
    set -l config $HOME/.config
    string match -q '/*' -- "$XDG_CONFIG_HOME"; and set config $XDG_CONFIG_HOME
    set -l root $HOME/.local/state
    string match -q '/*' -- "$XDG_STATE_HOME"; and set root $XDG_STATE_HOME
    set config $config/llmsel/config.json
    set root $root/llmsel/env/shared
    set -l served
    if contains path (builtin -n); and test -O $root/fish/@default.fish
      if true 2>/dev/null >$root/now
        set -l now (path mtime -- $root/now 2>/dev/null)
        test -n "$now"; and source $root/fish/@default.fish 2>/dev/null
      end
    end
    if test -n "$served"
      eval "$served"
    else if command -q llmsel
      command llmsel env --default --shell fish | source
    end
  end
  __llmsel_default
  functions -e __llmsel_default
  function __llmsel_hook --on-event fish_prompt
    set -l ret $status
    string match -qr '^(shell|session)' -- "$LLMSEL_ORIGIN"; and return $ret
    set -l dir $PWD
    set -l file
    set -l content
    while true
      if test -e "$dir/.llmsel.json"; and test -O "$dir/.llmsel.json"
        set file "$dir/.llmsel.json"
        break
      end
      test -n "$dir"; or break
      string match -qr '(?s)^(?<dir>.*)/' -- "$dir"; or break
    end
    if test -f "$file"
      read -z -n 4097 content <$file
    end
    if test "$file:$content" != "$__llmsel_project"; and begin
        test -n "$file"; or set -q __llmsel_project
      end
      set -l noted $__llmsel_project
      set -g __llmsel_project "$file:$content"
      test "$noted" = off; or command llmsel use --hook --code fish | source
    end
    return $ret
  end
end
`

const POWERSHELL = `function llmsel {
  $exe = Get-Command -CommandType Application llmsel | Select-Object -First 1
  if ($args[0] -ne 'use') { & $exe @args; return }
  $code = (& $exe @args --code powershell) -join "\`n"
  if ($LASTEXITCODE -ne 0) { return }
  if ($code.StartsWith('${CODE_MARK}')) { Invoke-Expression $code } elseif ($code) { $code }
}
(& (Get-Command -CommandType Application llmsel | Select-Object -First 1) env --default --shell powershell) -join "\`n" | Invoke-Expression
`

const NU = `def --env "llmsel use" [profile: string] {
  let environment = (^llmsel env $profile --shell nu | from json)
  load-env $environment.set
  hide-env --ignore-errors ...$environment.unset
}
`

import { HEAD, LIVE, SERVER } from './shared.ts'

const CODE = `#compdef llmsel
# zsh completion for llmsel
${HEAD}

_llmsel() {
  local place= slot= dashes= word
  local -i position=0
  local -a verbs flags valued
  _llmsel_table "$place"
  for word in "\${(@Q)words[2,CURRENT-1]}"; do
    if [[ -n $slot ]]; then
      slot=
    elif [[ -n $dashes ]]; then
      :
    elif [[ $word == -- ]]; then
      dashes=1
    elif [[ $word == -?* ]]; then
      (( \${valued[(Ie)$word]} )) && slot=$word
    elif (( position == 0 && \${verbs[(I)\${(b)word}:*]} )); then
      place="\${place:+$place }$word"
      _llmsel_table "$place"
    else
      (( position < 8 && ++position ))
    fi
  done
  if [[ -n $slot ]]; then
    _llmsel_value "$place $slot"
  elif [[ -n $dashes ]]; then
    _files
  elif [[ $PREFIX == --*=* ]]; then
    slot=\${PREFIX%%=*}
    compset -P '*='
    _llmsel_value "$place $slot"
  elif [[ $PREFIX == -* ]]; then
    _describe -o option flags
  else
    (( position == 0 && $#verbs )) && _describe -t commands command verbs
    _llmsel_value "$place $(( position + 1 ))"
  fi
}

_llmsel_words() {
  compadd -- "$@"
}

_llmsel_names() {
  local name about
  local -a found
  command llmsel completion --names 2>/dev/null </dev/null | while IFS=$'\\t' read -r name about; do
    [[ " $* " == *" \${about%% *} "* ]] && found+=("\${name//:/\\\\:}:$about")
  done
  _describe -t names name found
}

_llmsel_sessions() {
  local -a server found
  ${SERVER}
  found=(\${(f)"$(command tmux $server ${LIVE} 2>/dev/null </dev/null)"})
  (( $#found )) && compadd -- $found
}

_llmsel_files() {
  _files
}

_llmsel_folders() {
  _files -/
}

`

/** Both are the branches of a case, a line each. */
export function zshScript(commands: string, values: string): string {
  return `${CODE}_llmsel_table() {
  case $1 in
${commands}    (*) verbs=() flags=() valued=() ;;
  esac
}

_llmsel_value() {
  case $1 in
${values}  esac
}

if [[ $funcstack[1] == _llmsel ]]; then
  _llmsel "$@"
elif (( $+functions[compdef] )); then
  compdef _llmsel llmsel
fi
`
}

import { HEAD, LIVE, SERVER } from './shared.ts'

const CODE = `# bash completion for llmsel
${HEAD}

_llmsel() {
  local words=() commands=() options=() valued=() position=0 word IFS=$' \\t\\n'
  local token='' lead='' prefix='' place='' slot='' dashes=''
  COMPREPLY=()
  _llmsel_split
  _llmsel_table "$place"
  for word in "\${words[@]:1:\${#words[@]}-2}"; do
    if [[ -n $slot ]]; then
      slot=
    elif [[ -n $dashes ]]; then
      :
    elif [[ $word == -- ]]; then
      dashes=1
    elif [[ $word == -?* ]]; then
      [[ " \${valued[*]} " == *" $word "* ]] && slot=$word
    elif ((position == 0)) && [[ " \${commands[*]} " == *" $word "* ]]; then
      place="\${place:+$place }$word"
      _llmsel_table "$place"
    else
      ((position < 8)) && ((position += 1))
    fi
  done
  if [[ -n $slot ]]; then
    _llmsel_value "$place $slot"
  elif [[ -n $dashes ]]; then
    _llmsel_files
  elif [[ $token == --*=* ]]; then
    lead=\${token%%=*}=
    _llmsel_value "$place \${token%%=*}"
  elif [[ $token == -* ]]; then
    _llmsel_words "\${options[@]}"
  else
    ((position == 0)) && _llmsel_words "\${commands[@]}"
    _llmsel_value "$place $((position + 1))"
  fi
  return 0
}

# bash cuts words at ":" and "=" too, and puts a completion in place of the last piece only.
_llmsel_split() {
  local i piece rest=$COMP_LINE breaks=\${COMP_WORDBREAKS//[^:=]/}
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if ((i > 0)) && [[ -n $rest && $rest != [[:space:]]* ]]; then
      words[\${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    rest=\${rest#"\${rest%%[![:space:]]*}"}
    rest=\${rest#"$piece"}
  done
  token=\${words[\${#words[@]} - 1]}
  case $token in
    [\\"\\']*) token=\${token:1} ;;
    *) [[ -n $breaks ]] && prefix=\${token%"\${token##*["$breaks"]}"} ;;
  esac
}

_llmsel_words() {
  local word
  for word; do
    [[ $lead$word == "$token"* ]] && COMPREPLY+=("\${lead:+$lead}$word")
  done
  _llmsel_cut
}

_llmsel_cut() {
  local i
  for i in "\${!COMPREPLY[@]}"; do
    COMPREPLY[i]=\${COMPREPLY[i]#"$prefix"}
  done
}

_llmsel_names() {
  local name about found=()
  while IFS=$'\\t' read -r name about; do
    [[ " $* " == *" \${about%% *} "* ]] && found+=("$name")
  done < <(command llmsel completion --names 2>/dev/null </dev/null)
  _llmsel_words "\${found[@]}"
}

_llmsel_sessions() {
  local server=() name found=()
  ${SERVER}
  while IFS= read -r name; do
    found+=("$name")
  done < <(command tmux \${server[@]+"\${server[@]}"} ${LIVE} 2>/dev/null </dev/null)
  _llmsel_words "\${found[@]}"
}

_llmsel_files() {
  _llmsel_paths -f
}

_llmsel_folders() {
  _llmsel_paths -d
}

_llmsel_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY+=("$lead$path")
  done < <(compgen "$1" -- "\${token#"$lead"}")
  _llmsel_cut
}

`

/** Both are the branches of a case, a line each. */
export function bashScript(commands: string, values: string): string {
  return `${CODE}_llmsel_table() {
  case $1 in
${commands}    *) commands=() options=() valued=() ;;
  esac
}

_llmsel_value() {
  case $1 in
${values}  esac
}

complete -F _llmsel llmsel
`
}

# bash completion for llmsel
# Made from the command table by: npm run completions

_llmsel() {
  local words=() commands=() options=() valued=() position=0 word IFS=$' \t\n'
  local token='' lead='' prefix='' place='' slot='' dashes=''
  COMPREPLY=()
  _llmsel_split
  _llmsel_table "$place"
  for word in "${words[@]:1:${#words[@]}-2}"; do
    if [[ -n $slot ]]; then
      slot=
    elif [[ -n $dashes ]]; then
      :
    elif [[ $word == -- ]]; then
      dashes=1
    elif [[ $word == -?* ]]; then
      [[ " ${valued[*]} " == *" $word "* ]] && slot=$word
    elif ((position == 0)) && [[ " ${commands[*]} " == *" $word "* ]]; then
      place="${place:+$place }$word"
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
    lead=${token%%=*}=
    _llmsel_value "$place ${token%%=*}"
  elif [[ $token == -* ]]; then
    _llmsel_words "${options[@]}"
  else
    ((position == 0)) && _llmsel_words "${commands[@]}"
    _llmsel_value "$place $((position + 1))"
  fi
  return 0
}

# bash cuts words at ":" and "=" too, and puts a completion in place of the last piece only.
_llmsel_split() {
  local i piece rest=$COMP_LINE breaks=${COMP_WORDBREAKS//[^:=]/}
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i > 0)) && [[ -n $rest && $rest != [[:space:]]* ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    rest=${rest#"$piece"}
  done
  token=${words[${#words[@]} - 1]}
  case $token in
    [\"\']*) token=${token:1} ;;
    *) [[ -n $breaks ]] && prefix=${token%"${token##*["$breaks"]}"} ;;
  esac
}

_llmsel_words() {
  local word
  for word; do
    [[ $lead$word == "$token"* ]] && COMPREPLY+=("${lead:+$lead}$word")
  done
  _llmsel_cut
}

_llmsel_cut() {
  local i
  for i in "${!COMPREPLY[@]}"; do
    COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}
  done
}

_llmsel_names() {
  local name about found=()
  while IFS=$'\t' read -r name about; do
    [[ " $* " == *" ${about%% *} "* ]] && found+=("$name")
  done < <(command llmsel completion --names 2>/dev/null </dev/null)
  _llmsel_words "${found[@]}"
}

_llmsel_sessions() {
  local server=() name found=()
  case ${LLMSEL_TMUX_SOCKET-} in
    '') ;;
    */*) server=(-S "$LLMSEL_TMUX_SOCKET") ;;
    *) server=(-L "$LLMSEL_TMUX_SOCKET") ;;
  esac
  while IFS= read -r name; do
    found+=("$name")
  done < <(command tmux ${server[@]+"${server[@]}"} list-sessions -f '#{@llmsel_profile}' -F '#S' 2>/dev/null </dev/null)
  _llmsel_words "${found[@]}"
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
  done < <(compgen "$1" -- "${token#"$lead"}")
  _llmsel_cut
}

_llmsel_table() {
  case $1 in
    '') commands=(setup models env use which init session failover gateway keys costs config doctor completion) options=(-V --version --help) valued=() ;;
    'setup') commands=() options=(--default --ollama-model --shell --no-rc --skip-keys --yes --dry-run --json --help) valued=(--default --ollama-model --shell) ;;
    'models') commands=(show add remove refresh pin unpin) options=(--all --as-of --json --help) valued=(--as-of) ;;
    'models show') commands=() options=(--as-of --json --help) valued=(--as-of) ;;
    'models add') commands=() options=(--provider --input --output --cache-read --cache-write-5m --cache-write-1h --context --max-output --replace --dry-run --json --help) valued=(--provider --input --output --cache-read --cache-write-5m --cache-write-1h --context --max-output) ;;
    'models remove') commands=() options=(--dry-run --json --help) valued=() ;;
    'models refresh') commands=() options=(--from --off --dry-run --json --help) valued=(--from) ;;
    'models pin') commands=() options=(--dry-run --json --help) valued=() ;;
    'models unpin') commands=() options=(--dry-run --json --help) valued=() ;;
    'env') commands=() options=(--shell --format --json --gateway --help) valued=(--shell --format) ;;
    'use') commands=() options=(--off --global --project --session --gateway --help) valued=(--session) ;;
    'which') commands=() options=(--short --check --json --help) valued=() ;;
    'init') commands=() options=(--install --uninstall --dry-run --json --help) valued=() ;;
    'session') commands=(new list attach logs wait send restart stop up down restore prune) options=(--help) valued=() ;;
    'session new') commands=() options=(--name --run --cwd --env --shell --attach --wait --limit --no-gateway --dry-run --json --help) valued=(--name --run --cwd --env --limit) ;;
    'session list') commands=() options=(--all --watch --json --help) valued=() ;;
    'session attach') commands=() options=(--help) valued=() ;;
    'session logs') commands=() options=(-n --lines -f --follow --raw --help) valued=(-n --lines) ;;
    'session wait') commands=() options=(--any --timeout --json --help) valued=(--timeout) ;;
    'session send') commands=() options=(--no-enter --help) valued=() ;;
    'session restart') commands=() options=(--profile --env --json --help) valued=(--profile --env) ;;
    'session stop') commands=() options=(--all --json --help) valued=() ;;
    'session up') commands=() options=(--dry-run --json --help) valued=() ;;
    'session down') commands=() options=(--json --help) valued=() ;;
    'session restore') commands=() options=(--dry-run --yes --json --help) valued=() ;;
    'session prune') commands=() options=(--dry-run --json --help) valued=() ;;
    'failover') commands=(status set on off reset drill) options=(--profile --json --help) valued=(--profile) ;;
    'failover status') commands=() options=(--profile --json --help) valued=(--profile) ;;
    'failover set') commands=() options=(--profile --help) valued=(--profile) ;;
    'failover on') commands=() options=(--profile --help) valued=(--profile) ;;
    'failover off') commands=() options=(--profile --help) valued=(--profile) ;;
    'failover reset') commands=() options=(--help) valued=() ;;
    'failover drill') commands=() options=(--profile --json --help) valued=(--profile) ;;
    'gateway') commands=(start stop restart status logs open url run) options=(--help) valued=() ;;
    'gateway start') commands=() options=(--json --help) valued=() ;;
    'gateway stop') commands=() options=(--help) valued=() ;;
    'gateway restart') commands=() options=(--help) valued=() ;;
    'gateway status') commands=() options=(--json --help) valued=() ;;
    'gateway logs') commands=() options=(-n --lines -f --follow --help) valued=(-n --lines) ;;
    'gateway open') commands=() options=(--print --help) valued=() ;;
    'gateway url') commands=() options=(--help) valued=() ;;
    'gateway run') commands=() options=(--help) valued=() ;;
    'keys') commands=(set list remove) options=(--help) valued=() ;;
    'keys set') commands=() options=(--command --help) valued=(--command) ;;
    'keys list') commands=() options=(--json --help) valued=() ;;
    'keys remove') commands=() options=(--help) valued=() ;;
    'costs') commands=(spent what-if import export) options=(--input --output --per --premium-share --models --cache-read --request-size --batch --as-of --json --csv --help) valued=(--input --output --per --premium-share --models --cache-read --request-size --as-of) ;;
    'costs spent') commands=() options=(--by --since --until --timezone --session --profile --model --project --json --csv --help) valued=(--by --since --until --timezone --session --profile --model --project) ;;
    'costs what-if') commands=() options=(--since --until --timezone --session --profile --model --project --json --help) valued=(--since --until --timezone --session --profile --model --project) ;;
    'costs import') commands=() options=(--from --billing --dry-run --json --help) valued=(--from --billing) ;;
    'costs export') commands=() options=(--format --to --since --until --timezone --session --profile --model --project --help) valued=(--format --to --since --until --timezone --session --profile --model --project) ;;
    'config') commands=(list get set unset path) options=(--help) valued=() ;;
    'config list') commands=() options=(--json --help) valued=() ;;
    'config get') commands=() options=(--json --help) valued=() ;;
    'config set') commands=() options=(--help) valued=() ;;
    'config unset') commands=() options=(--help) valued=() ;;
    'config path') commands=() options=(--help) valued=() ;;
    'doctor') commands=() options=(--fix --json --help) valued=() ;;
    'completion') commands=() options=(--names --help) valued=() ;;
    *) commands=() options=() valued=() ;;
  esac
}

_llmsel_value() {
  case $1 in
    'setup --default') _llmsel_names profile alias fixed model ;;
    'setup --ollama-model') _llmsel_names alias fixed model retired ;;
    'models show 1') _llmsel_names alias fixed model retired ;;
    'models add --provider') _llmsel_words 'claude' 'openai' 'ollama' ;;
    'models add 1') _llmsel_names model retired ;;
    'models remove 1') _llmsel_names model retired ;;
    'models pin 1') _llmsel_names alias ;;
    'models pin 2') _llmsel_names model retired ;;
    'models unpin 1') _llmsel_names alias ;;
    'env --shell') _llmsel_words 'sh' 'bash' 'zsh' 'fish' 'powershell' 'nu' ;;
    'env --format') _llmsel_words 'shell' 'dotenv' 'json' ;;
    'env 1') _llmsel_names profile alias fixed model ;;
    'use --session') _llmsel_sessions ;;
    'use 1') _llmsel_names profile alias fixed model ;;
    'session new --run') _llmsel_files ;;
    'session new --cwd') _llmsel_folders ;;
    'session new 1') _llmsel_names profile alias fixed model ;;
    'session attach 1') _llmsel_sessions ;;
    'session logs 1') _llmsel_sessions ;;
    'session wait '[1-9]) _llmsel_sessions ;;
    'session send 1') _llmsel_sessions ;;
    'session restart --profile') _llmsel_names profile alias fixed model ;;
    'session restart 1') _llmsel_sessions ;;
    'session stop '[1-9]) _llmsel_sessions ;;
    'session up 1') _llmsel_files ;;
    'session down 1') _llmsel_files ;;
    'session prune '[1-9]) _llmsel_sessions ;;
    'failover --profile') _llmsel_names profile alias fixed model ;;
    'failover status --profile') _llmsel_names profile alias fixed model ;;
    'failover set --profile') _llmsel_names profile alias fixed model ;;
    'failover set '[1-9]) _llmsel_names alias fixed model retired ;;
    'failover on --profile') _llmsel_names profile alias fixed model ;;
    'failover off --profile') _llmsel_names profile alias fixed model ;;
    'failover drill --profile') _llmsel_names profile alias fixed model ;;
    'gateway url 1') _llmsel_names profile alias fixed model ;;
    'keys set 1') _llmsel_words 'claude' 'openai' 'ollama' ;;
    'keys remove 1') _llmsel_words 'claude' 'openai' 'ollama' ;;
    'costs --per') _llmsel_words 'day' 'week' 'month' ;;
    'costs spent --by') _llmsel_words 'model' 'session' 'profile' 'project' 'day' 'hour' ;;
    'costs spent --session') _llmsel_sessions ;;
    'costs spent --profile') _llmsel_names profile alias fixed model ;;
    'costs spent --model') _llmsel_names alias fixed model retired ;;
    'costs spent --project') _llmsel_folders ;;
    'costs what-if --session') _llmsel_sessions ;;
    'costs what-if --profile') _llmsel_names profile alias fixed model ;;
    'costs what-if --model') _llmsel_names alias fixed model retired ;;
    'costs what-if --project') _llmsel_folders ;;
    'costs what-if '[1-9]) _llmsel_names alias fixed model retired ;;
    'costs import --billing') _llmsel_words 'api' 'included' ;;
    'costs export --format') _llmsel_words 'csv' 'json' 'ndjson' ;;
    'costs export --to') _llmsel_files ;;
    'costs export --session') _llmsel_sessions ;;
    'costs export --profile') _llmsel_names profile alias fixed model ;;
    'costs export --model') _llmsel_names alias fixed model retired ;;
    'costs export --project') _llmsel_folders ;;
    'config get 1') _llmsel_names setting ;;
    'config set 1') _llmsel_names setting ;;
    'config unset 1') _llmsel_names setting ;;
    'completion 1') _llmsel_words 'bash' 'zsh' 'fish' ;;
  esac
}

complete -F _llmsel llmsel

#compdef llmsel
# zsh completion for llmsel
# Made from the command table by: npm run completions

_llmsel() {
  local place= slot= dashes= word
  local -i position=0
  local -a verbs flags valued
  _llmsel_table "$place"
  for word in "${(@Q)words[2,CURRENT-1]}"; do
    if [[ -n $slot ]]; then
      slot=
    elif [[ -n $dashes ]]; then
      :
    elif [[ $word == -- ]]; then
      dashes=1
    elif [[ $word == -?* ]]; then
      (( ${valued[(Ie)$word]} )) && slot=$word
    elif (( position == 0 && ${verbs[(I)${(b)word}:*]} )); then
      place="${place:+$place }$word"
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
    slot=${PREFIX%%=*}
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
  command llmsel completion --names 2>/dev/null </dev/null | while IFS=$'\t' read -r name about; do
    [[ " $* " == *" ${about%% *} "* ]] && found+=("${name//:/\\:}:$about")
  done
  _describe -t names name found
}

_llmsel_sessions() {
  local -a server found
  case ${LLMSEL_TMUX_SOCKET-} in
    '') ;;
    */*) server=(-S "$LLMSEL_TMUX_SOCKET") ;;
    *) server=(-L "$LLMSEL_TMUX_SOCKET") ;;
  esac
  found=(${(f)"$(command tmux $server list-sessions -f '#{@llmsel_profile}' -F '#S' 2>/dev/null </dev/null)"})
  (( $#found )) && compadd -- $found
}

_llmsel_files() {
  _files
}

_llmsel_folders() {
  _files -/
}

_llmsel_table() {
  case $1 in
    '') verbs=('setup:the first steps, asked one by one: default, local model, keys, shells' 'models:the models: price, speed, quality, use case, lifecycle' 'env:the code that puts a profile'\''s model on this shell' 'use:put a profile on this shell, this folder or every new shell' 'which:which model this shell has, and who decided it' 'init:the right model in every new shell: the default, use, completions' 'session:terminal sessions, each on its model' 'failover:what is asked when a model does not answer, and how each is' 'gateway:the local server through which programs fail over' 'keys:providers'\'' keys, kept for the gateway' 'costs:what models cost: compared, spent, and what if' 'config:what is set, and setting it' 'doctor:what is not as it should be on this machine, and what mends it' 'completion:what a shell loads to complete this command line') flags=('-V:output the version number' '--version:output the version number' '--help:the options and examples') valued=() ;;
    'setup') verbs=() flags=('--default:the default of new shells and sessions' '--ollama-model:the local model' '--shell:a shell that is to load llmsel; may be repeated' '--no-rc:leave the start-up files as they are' '--skip-keys:ask for no keys' '--yes:ask nothing: take what is proposed, but for what the other options say' '--dry-run:ask nothing, and say what --yes would do' '--json:print JSON' '--help:the options and examples') valued=(--default --ollama-model --shell) ;;
    'models') verbs=('show:every fact about one model, with its price history and bands' 'add:put a model of your own, with its prices, into your config' 'remove:take a model of your own out of your config' 'refresh:read newer prices and models from a public list' 'pin:keep an alias on one model' 'unpin:let a pinned alias follow the catalogue again') flags=('--all:the retired ones too' '--as-of:the catalogue as of a day, YYYY-MM-DD' '--json:print JSON' '--help:the options and examples') valued=(--as-of) ;;
    'models show') verbs=() flags=('--as-of:the catalogue as of a day, YYYY-MM-DD' '--json:print JSON' '--help:the options and examples') valued=(--as-of) ;;
    'models add') verbs=() flags=('--provider:who serves it' '--input:tokens sent, $ per 1M tokens' '--output:tokens received, $ per 1M tokens' '--cache-read:tokens read from the cache, $ per 1M tokens' '--cache-write-5m:tokens cached for 5 minutes, $ per 1M tokens' '--cache-write-1h:tokens cached for an hour, $ per 1M tokens' '--context:what fits into its window, such as 200k' '--max-output:what it can answer at most, such as 64k' '--replace:in the place of a model of that id' '--dry-run:only show it' '--json:print JSON' '--help:the options and examples') valued=(--provider --input --output --cache-read --cache-write-5m --cache-write-1h --context --max-output) ;;
    'models remove') verbs=() flags=('--dry-run:only say what would be removed' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'models refresh') verbs=() flags=('--from:a file or https URL' '--off:forget what was refreshed' '--dry-run:only show what would change' '--json:print JSON' '--help:the options and examples') valued=(--from) ;;
    'models pin') verbs=() flags=('--dry-run:only say what would be pinned' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'models unpin') verbs=() flags=('--dry-run:only say what it would be' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'env') verbs=() flags=('--shell:the syntax' '--format:the form' '--json:the same as --format json' '--gateway:through the gateway, which fails over; starts it where none runs' '--help:the options and examples') valued=(--shell --format) ;;
    'use') verbs=() flags=('--off:leave: what was there before llmsel comes back' '--global:make it the user'\''s default' '--project:make it this folder'\''s, in .llmsel.json' '--session:make it that of a session'\''s new windows' '--gateway:through the gateway, which fails over' '--help:the options and examples') valued=(--session) ;;
    'which') verbs=() flags=('--short:one line for prompts; nothing where llmsel applied nothing' '--check:try the key, the endpoint and the model; nothing secret is sent' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'init') verbs=() flags=('--install:put it into the shell'\''s start-up files' '--uninstall:take it out of them again' '--dry-run:show what would change, and write nothing' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'session') verbs=('new:start a session on a profile'\''s model' 'list:the sessions that llmsel started, and what became of them' 'attach:show a session on this terminal' 'logs:a session'\''s output' 'wait:wait for workers'\'' ends, and exit as they did' 'send:type into a session' 'restart:run the same again, on another model if you like' 'stop:end sessions and every process of theirs' 'up:start what a fleet file names, and change what differs' 'down:end what a fleet file started' 'restore:start what ran when tmux or the machine went down' 'prune:remove those that have ended; their logs stay') flags=('--help:the options and examples') valued=() ;;
    'session new') verbs=() flags=('--name:the session'\''s name (default: the profile'\''s)' '--run:a worker file or a shell command' '--cwd:where it runs (default: here)' '--env:a further variable; may be repeated' '--shell:an interactive shell, in which --run is typed' '--attach:show the session on this terminal' '--wait:wait for the worker'\''s end and exit with its code' '--limit:it may spend so much, such as 5/day or 5/day,100/month' '--no-gateway:its programs ask the providers themselves, without failover' '--dry-run:print what would be done; do nothing' '--json:print JSON' '--help:the options and examples') valued=(--name --run --cwd --env --limit) ;;
    'session list') verbs=() flags=('--all:also those that tmux or the machine took down' '--watch:on the whole terminal, as it is from second to second' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'session attach') verbs=() flags=('--help:the options and examples') valued=() ;;
    'session logs') verbs=() flags=('-n:how many of the last lines, or "all"' '--lines:how many of the last lines, or "all"' '-f:and what comes, until the worker'\''s end' '--follow:and what comes, until the worker'\''s end' '--raw:with the escapes that a terminal would act on' '--help:the options and examples') valued=(-n --lines) ;;
    'session wait') verbs=() flags=('--any:until the first of them has ended' '--timeout:no longer than this, such as 30s or 2h' '--json:print JSON' '--help:the options and examples') valued=(--timeout) ;;
    'session send') verbs=() flags=('--no-enter:without Enter after it' '--help:the options and examples') valued=() ;;
    'session restart') verbs=() flags=('--profile:on this profile from now on' '--env:a further variable; may be repeated' '--json:print JSON' '--help:the options and examples') valued=(--profile --env) ;;
    'session stop') verbs=() flags=('--all:all that llmsel started' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'session up') verbs=() flags=('--dry-run:print the plan; do nothing' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'session down') verbs=() flags=('--json:print JSON' '--help:the options and examples') valued=() ;;
    'session restore') verbs=() flags=('--dry-run:print what would be started; start nothing' '--yes:do not ask' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'session prune') verbs=() flags=('--dry-run:print what would be removed; remove nothing' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'failover') verbs=('status:the chain, each hop with its readiness and circuit' 'set:which models to ask, in this order' 'on:let a profile fail over' 'off:hold a profile to its own model' 'reset:close circuits, and forget what was left' 'drill:see what happens when providers fail, without asking any') flags=('--profile:of this profile (default: the one that applies here)' '--json:print JSON' '--help:the options and examples') valued=(--profile) ;;
    'failover status') verbs=() flags=('--profile:of this profile (default: the one that applies here)' '--json:print JSON' '--help:the options and examples') valued=(--profile) ;;
    'failover set') verbs=() flags=('--profile:of this profile (default: the one that applies here)' '--help:the options and examples') valued=(--profile) ;;
    'failover on') verbs=() flags=('--profile:of this profile (default: the one that applies here)' '--help:the options and examples') valued=(--profile) ;;
    'failover off') verbs=() flags=('--profile:of this profile (default: the one that applies here)' '--help:the options and examples') valued=(--profile) ;;
    'failover reset') verbs=() flags=('--help:the options and examples') valued=() ;;
    'failover drill') verbs=() flags=('--profile:of this profile (default: budget)' '--json:print JSON' '--help:the options and examples') valued=(--profile) ;;
    'gateway') verbs=('start:start it in the background, supervised' 'stop:let its requests end, then end it' 'restart:a new one in its place; requests under way go on' 'status:where it listens, and what its providers are like' 'logs:what it has done, a line a request' 'open:the dashboard, in your browser' 'url:the base URL for a shell on a profile' 'run:run it in the foreground, for a service manager') flags=('--help:the options and examples') valued=() ;;
    'gateway start') verbs=() flags=('--json:print JSON' '--help:the options and examples') valued=() ;;
    'gateway stop') verbs=() flags=('--help:the options and examples') valued=() ;;
    'gateway restart') verbs=() flags=('--help:the options and examples') valued=() ;;
    'gateway status') verbs=() flags=('--json:print JSON' '--help:the options and examples') valued=() ;;
    'gateway logs') verbs=() flags=('-n:how many of the last lines, or "all"' '--lines:how many of the last lines, or "all"' '-f:and what comes, until Ctrl-C' '--follow:and what comes, until Ctrl-C' '--help:the options and examples') valued=(-n --lines) ;;
    'gateway open') verbs=() flags=('--print:print the link instead of opening it' '--help:the options and examples') valued=() ;;
    'gateway url') verbs=() flags=('--help:the options and examples') valued=() ;;
    'gateway run') verbs=() flags=('--help:the options and examples') valued=() ;;
    'keys') verbs=('set:keep a provider'\''s key for the gateway' 'list:which keys are kept; masked' 'remove:forget a provider'\''s key') flags=('--help:the options and examples') valued=() ;;
    'keys set') verbs=() flags=('--command:a shell command that prints the key, instead of the key' '--help:the options and examples') valued=(--command) ;;
    'keys list') verbs=() flags=('--json:print JSON' '--help:the options and examples') valued=() ;;
    'keys remove') verbs=() flags=('--help:the options and examples') valued=() ;;
    'costs') verbs=('spent:what was spent, from the ledger' 'what-if:what the same work would have cost on other models' 'import:agents'\'' own logs into the ledger' 'export:the ledger as CSV or JSON, a row for each attempt') flags=('--input:tokens sent, such as 1.5M' '--output:tokens received' '--per:what the amounts are for' '--premium-share:of the work, where premium is mixed with others' '--models:other models than these' '--cache-read:of the input, read from the prompt cache' '--request-size:tokens of one request'\''s prompt, for the price band' '--batch:at batch prices' '--as-of:the catalogue as of a day, YYYY-MM-DD' '--json:print JSON' '--csv:print CSV' '--help:the options and examples') valued=(--input --output --per --premium-share --models --cache-read --request-size --as-of) ;;
    'costs spent') verbs=() flags=('--by:a row for each' '--since:from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until:to the end of that day or month; without it, until now' '--timezone:whose days these are, such as Europe/Berlin' '--session:of one session' '--profile:of one profile' '--model:that one model answered' '--project:of the work in one folder' '--json:print JSON' '--csv:print CSV' '--help:the options and examples') valued=(--by --since --until --timezone --session --profile --model --project) ;;
    'costs what-if') verbs=() flags=('--since:from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until:to the end of that day or month; without it, until now' '--timezone:whose days these are, such as Europe/Berlin' '--session:of one session' '--profile:of one profile' '--model:that one model answered' '--project:of the work in one folder' '--json:print JSON' '--help:the options and examples') valued=(--since --until --timezone --session --profile --model --project) ;;
    'costs import') verbs=() flags=('--from:whose logs, with commas' '--billing:of answers whose log does not say it' '--dry-run:count what is new, and keep nothing' '--json:print JSON' '--help:the options and examples') valued=(--from --billing) ;;
    'costs export') verbs=() flags=('--format:of the rows' '--to:into a file of your own (0600), once it is whole' '--since:from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until:to the end of that day or month; without it, until now' '--timezone:whose days these are, such as Europe/Berlin' '--session:of one session' '--profile:of one profile' '--model:that one model answered' '--project:of the work in one folder' '--help:the options and examples') valued=(--format --to --since --until --timezone --session --profile --model --project) ;;
    'config') verbs=('list:what is set, a line each' 'get:the value of one setting; exit 1 when it is not set' 'set:set one setting; a bad value changes nothing' 'unset:remove one setting' 'path:where the config file is') flags=('--help:the options and examples') valued=() ;;
    'config list') verbs=() flags=('--json:print the whole file as JSON' '--help:the options and examples') valued=() ;;
    'config get') verbs=() flags=('--json:print JSON' '--help:the options and examples') valued=() ;;
    'config set') verbs=() flags=('--help:the options and examples') valued=() ;;
    'config unset') verbs=() flags=('--help:the options and examples') valued=() ;;
    'config path') verbs=() flags=('--help:the options and examples') valued=() ;;
    'doctor') verbs=() flags=('--fix:mend what can be mended without a decision of yours' '--json:print JSON' '--help:the options and examples') valued=() ;;
    'completion') verbs=() flags=('--names:the names to complete, a line each, as the completions ask for them' '--help:the options and examples') valued=() ;;
    (*) verbs=() flags=() valued=() ;;
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

if [[ $funcstack[1] == _llmsel ]]; then
  _llmsel "$@"
elif (( $+functions[compdef] )); then
  compdef _llmsel llmsel
fi
